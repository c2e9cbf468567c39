"""``outturn care-account``: what people read, what machines read, and refusals in plain words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import typer

from interfaces.cli.money_in.care_accounts import add_to
from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import BadCouncilFile, read_council_text
from tests.billing.care_accounts.conftest import Council, transfer
from tests.billing.care_accounts.test_metering import week
from tests.builders import policy_holds
from tests.finance.care_cap.accounts import days

FILE = """
[care_account]
on_from = 2028-10-02
source = "Cabinet, a made-up minute"
[[care_account.cap]]
from = 2028-10-02
amount = 5000.00
source = "made up"
[[care_account.daily_living_costs]]
from = 2028-10-02
amount = 200.00
source = "made up"
"""
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


@pytest.fixture
def outturn(council: Council, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Carry out one verb on the council’s database: (exit code, all that was said)."""
    monkeypatch.setenv("OUTTURN_DATABASE", council.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("OUTTURN_USER", "first keeper")

    def run(*arguments: object) -> tuple[int, str]:
        root = typer.Typer()
        add_to(root)
        root.command("other")(lambda: None)
        capsys.readouterr()
        try:
            code = typer.main.get_command(root).main(["care-account", *map(str, arguments)], prog_name="outturn") or 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def metered(council: Council, outturn: Run) -> Council:
    """P1 has counted £2,000 of £5,000 in four weeks, P2 reached it, P3 is far from it."""
    policy_holds(council.database, FILE)
    council.people("P1", "P2", "P3")
    council.charge(("P1", 0, 4, 700_00), ("P2", 0, 4, 1_700_00), ("P3", 0, 4, 201_00), home=True)
    code, said = outturn("meter", "--last-day", week(4) - days(1))
    assert code == 0, said
    assert (
        "metered to 29 October 2028: 3 accounts worked out, 12 lines recorded. 1 more account reached the cap."
        in " ".join(said.split())
    )
    return council


def asks(outturn: Run, *arguments: object, code: int = 0) -> Any:
    found, said = outturn(*arguments, "--json")
    assert found == code, said
    return json.loads(said)


def test_metering_again_says_there_is_nothing_new(metered: Council, outturn: Run) -> None:
    answer = asks(outturn, "meter", "--last-day", week(4) - days(1))
    assert answer["change"] is None and answer["lines"] == 0
    assert "Nothing new" in outturn("meter", "--last-day", week(4) - days(1))[1]


def test_off_is_refused_in_plain_words_and_says_how_to_switch_it_on(council: Council, outturn: Run) -> None:
    for arguments in (["meter"], ["show", "P1"], ["statement", "P1"], ["near"]):
        code, said = outturn(*arguments)
        assert code == 1
        assert "Care accounts are off" in said and "Switch them on in the council file: [care_account]" in " ".join(
            said.split()
        )
    assert asks(outturn, "near", code=1)["error"]["kind"] == "CareAccountsOff"


def test_an_account_is_shown_with_its_lines(metered: Council, outturn: Run) -> None:
    answer = asks(outturn, "show", "P1")
    assert (answer["total_pence"], answer["cap_pence"], answer["share_percent"]) == (2_000_00, 5_000_00, "40.0")
    assert answer["projected"] == str(week(10) - days(1)) and answer["reached"] is None
    assert [each["pence"] for each in answer["lines"]] == [500_00] * 4
    assert answer["lines"][0]["first_day"] == "2028-10-02" and answer["lines"][0]["last_day"] == "2028-10-08"
    said = outturn("show", "P1")[1]
    assert "£2,000.00 of £5,000.00, 40.0%" in said and "10 December 2028" in said and "the week was over" in said


def test_an_account_as_it_was_known_before_a_correction(metered: Council, outturn: Run) -> None:
    before = asks(outturn, "show", "P1")["lines"][0]["change"]
    metered.charge(("P1", 0, 4, 300_00), home=True)
    outturn("meter", "--last-day", week(4) - days(1))
    now = asks(outturn, "show", "P1")
    assert now["total_pence"] == 400_00 and len(now["lines"]) == 12
    then = asks(outturn, "show", "P1", "--known", before)
    assert then["total_pence"] == 2_000_00 and len(then["lines"]) == 4
    assert "metered, reversed" in outturn("show", "P1")[1]


def test_an_account_handed_over_shows_what_to_hand_over(metered: Council, outturn: Run) -> None:
    metered.tell(care_account_transfers=[transfer("P1", week(2), direction="out")])
    outturn("meter", "--last-day", week(4) - days(1))
    answer = asks(outturn, "show", "P1")
    assert answer["to_hand_over"] == {"first_day": str(week(2)), "accrued_pence": 1_000_00, "cap_pence": 5_000_00}
    assert "To hand over" in outturn("show", "P1")[1]
    assert "P1" not in [each["person"] for each in asks(outturn, "near", "--share", "0", "--on", week(4))["accounts"]]


def test_who_is_near_comes_reached_first_then_by_the_day(metered: Council, outturn: Run) -> None:
    found = asks(outturn, "near", "--on", week(4), "--months", "6")["accounts"]
    assert [(each["person"], each["reached"], each["projected"]) for each in found] == [
        ("P2", str(week(3) + days(2)), None),
        ("P1", None, str(week(10) - days(1))),
    ]
    said = outturn("near", "--on", week(4), "--share", "0")[1]
    assert "reached 25 October 2028" in said and "█" in said and "Person P3" in said
    assert outturn("near", "--on", week(4), "--share", "99", "--months", "0")[1].count("Person P") == 1


def test_a_statement_is_told_and_told_again(metered: Council, outturn: Run) -> None:
    said = " ".join(outturn("statement", "P1", "--on", week(4))[1].split())
    assert "Care account of Person P1 (P1) on 30 October 2028" in said
    assert "40.0% of the cap has been reached. £500.00 counts each week." in said
    assert "the cap may be reached on 10 December 2028" in said
    answer = asks(outturn, "statement", "P1", "--on", week(4))
    assert answer["given_before"] and answer["closing_pence"] == 2_000_00 and len(answer["movements"]) == 4
    assert "on 25 October 2028" in " ".join(outturn("statement", "P2", "--on", week(4))[1].split())


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('on_from = 2028-10-02\nsource = "Cabinet, a made-up minute"', "on_from = 2028-10-02", "without a source"),
        (
            "from = 2028-10-02\namount = 5000.00",
            "from = 2028-10-09\namount = 5000.00",
            "no cap is given for 2 October 2028",
        ),
        ("amount = 200.00", "amount = 200.005", "too many decimal places"),
        ("amount = 200.00", "amount = -200.00", "below nought"),
        ("on_from =", "begins =", "“begins” is not understood"),
        ("on_from = 2028-10-02", 'on_from = 2028-10-02\nrounding = "up"', "rounding “up” is not known"),
        ("on_from = 2028-10-02", 'on_from = 2028-10-02\nweek_begins = "Moonday"', "“Moonday” is no weekday"),
        ("on_from = 2028-10-02", "on_from = 2028-10-02\noff_from = 2028-10-02", "off_from is not after on_from"),
    ],
)
def test_terms_that_cannot_be_used_are_refused_where_they_are_wrong(wrong: str, right: str, words: str) -> None:
    assert wrong in FILE
    with pytest.raises(BadCouncilFile) as refused:
        read_council_text(FILE.replace(wrong, right, 1), "council.toml")
    assert words in str(refused.value)
