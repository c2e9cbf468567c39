"""What is written for officers names every kind and every choice."""

from pathlib import Path

from finance.assessment import default_policy, kinds
from finance.assessment.policy import NAMES

DOCS = Path(__file__).parents[3] / "docs"


def test_every_kind_stands_in_the_table_with_its_treatment_and_authority() -> None:
    text = (DOCS / "assessment.md").read_text(encoding="utf-8")
    for table in (kinds.incomes(), kinds.assets(), kinds.expenses()):
        for kind in table.kinds:
            [row] = [line for line in text.splitlines() if f"| `{kind.name}` |" in line]
            assert kind.label in row and kind.citation in row and kind.status in row


def test_every_choice_is_explained_with_everything_it_may_be() -> None:
    text = (DOCS / "assessment-policy.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}`" in text, name
    assert "left out when no night care" in text
    assert default_policy().name in text
