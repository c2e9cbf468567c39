"""What every stream’s explanations share: which runs can be explained, and references nobody knows."""

import pytest

from ledgers.explain.explanation import Explanation, Section, unknown


def test_a_reference_nobody_knows_names_those_near_it_or_the_lines_of_what_it_is() -> None:
    near = unknown("L22", "service line", None, ["L9", "L21"])
    assert str(near) == "There is no service line “L22”. The nearest references are L21, L9."
    other = unknown("P2", "service line", ("person", [f"L{nr}" for nr in range(10)]), ["P2"])
    assert str(other) == "P2 is a person, not a line. Its lines are L0, L1, L2, L3, L4, L5, L6, L7 and 2 more."
    assert "with no service lines" in str(unknown("PK2", "service line", ("package", []), []))
    assert "No reference begins as it does" in str(unknown("zzz", "service line", None, []))


def test_a_section_is_found_by_how_its_title_begins() -> None:
    told = Explanation("L1", "service line", 1, "Run 1 posted £1.00.", (Section("Holds", ("none",)), Section("Empty")))
    assert told.section("Ho").sentences == ("none",)
    assert [bool(each) for each in told.sections] == [True, False]
    with pytest.raises(KeyError):
        told.section("Nothing of the kind")
