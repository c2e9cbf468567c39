"""Two names are one person's however they are typed, and a name on a list can pass for no other."""

import pytest

from finance.names import LONGEST, NotAName, check_name, name_key, same_person


@pytest.mark.parametrize(
    "typed",
    [
        "ann o'brien-smith",
        "  Ann   O’Brien–Smith ",
        "ANN\u00a0O'BRIEN\u2011SMITH",  # a space and a hyphen that do not break
        "Ａｎｎ O'Brien-Smith",  # full-width letters
        "A\u200bnn O'Brien-Smith",  # a space of no width
        "Аnn O'Вriеn-Smith",  # А, В and е are Cyrillic
        "Ann O'Bri\u0065n-Smith",
    ],
)
def test_one_person_under_any_spelling(typed: str) -> None:
    assert same_person(typed, "Ann O'Brien-Smith")


@pytest.mark.parametrize("other", ["Anne O'Brien-Smith", "Ann OBrien-Smith", "Ann O'Brien Smith", "Smith, Ann O'Brien"])
def test_other_letters_are_another_person(other: str) -> None:
    assert not same_person(other, "Ann O'Brien-Smith")


def test_accents_are_kept_however_they_are_composed() -> None:
    assert name_key("Zoe\u0308") == name_key("Zoë") != name_key("Zoe")


def test_a_name_is_listed_with_single_spaces() -> None:
    assert check_name("  Ann \t  Example ") == "Ann Example"


@pytest.mark.parametrize(
    "name, why",
    [
        ("12 34", "needs letters"),
        ("", "needs letters"),
        ("A" * (LONGEST + 1), "101 letters is too long"),
        ("Ann\u200b Example", r"“Ann\[U\+200B\] Example” holds marks that cannot be seen"),
        ("Аnn Example", "mixes Cyrillic and Latin letters"),
    ],
)
def test_a_name_that_could_pass_for_another_is_refused(name: str, why: str) -> None:
    with pytest.raises(NotAName, match=why):
        check_name(name)


def test_a_name_in_another_alphabet_alone_is_a_name() -> None:
    assert check_name("Анна Иванова") == "Анна Иванова"
