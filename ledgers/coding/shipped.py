"""The coding set that comes with the product: a made-up council's, in ``coding.toml`` beside this file."""

from functools import cache
from pathlib import Path

from ledgers.coding.checks import faults
from ledgers.coding.reading import read_toml
from ledgers.coding.rules import CodingRule

SHIPPED_BY = "shipped default"
FILE = Path(__file__).with_name("coding.toml")


@cache
def shipped_rules() -> tuple[CodingRule, ...]:
    """Its rules. They are checked like any council's own."""
    rules, problems = read_toml(FILE.read_text(encoding="utf-8"), FILE.name)
    problems += faults(rules)
    assert not problems, "\n".join(map(str, problems))
    return tuple(rules)
