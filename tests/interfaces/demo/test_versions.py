"""What a cut-off day sees of rows entered, corrected and withdrawn at different times."""

import pandas as pd

from interfaces.demo.versions import news, seen, stack

VERSIONS = pd.DataFrame(
    [
        (1, 10, False, "as entered"),
        (1, 20, False, "corrected"),
        (2, 10, False, "withdrawn later"),
        (2, 25, True, "withdrawn later"),
        (3, 21, False, "entered and withdrawn between"),
        (3, 22, True, "entered and withdrawn between"),
        (4, 30, False, "not yet known"),
        (5, 15, False, "known on the day itself"),
    ],
    columns=["ref", "known", "cancelled", "what"],
)


def test_a_cut_off_sees_what_was_entered_by_the_end_of_its_day() -> None:
    first = seen(VERSIONS, 15)
    assert dict(zip(first["ref"], first["what"], strict=True)) == {
        1: "as entered",
        2: "withdrawn later",
        5: "known on the day itself",
    }
    assert set(seen(VERSIONS, 29)["ref"]) == {1, 5}


def test_news_is_what_changed_between_two_cut_offs() -> None:
    told = news(VERSIONS, 15, 29)
    assert list(zip(told["ref"], told["what"], told["cancelled"], strict=True)) == [
        (1, "corrected", False),
        (2, "withdrawn later", True),
    ]


def test_of_two_versions_of_one_day_the_later_frame_has_the_last_word() -> None:
    opened = pd.DataFrame({"ref": [1], "known": [10], "end": [None]})
    closed = pd.DataFrame({"ref": [1], "known": [10], "end": ["5 April"]})
    assert seen(stack(opened, closed), 10)["end"].tolist() == ["5 April"]
