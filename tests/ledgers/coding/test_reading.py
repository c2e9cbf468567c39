"""Coding rules as text: what is written wrongly is named by its place, all at once."""

import datetime as dt
from dataclasses import replace

from ledgers.coding.purposes import Purpose
from ledgers.coding.reading import CSV_COLUMNS, read_csv, read_toml
from ledgers.coding.rules import Account, CodingRule

TOML = """
entity = "1"
analysis = "0"
first_day = 2026-04-01

[[cost_centre]]
code = "MH"
name = "mental health"
support_reason = "mental health"

[[cost_centre]]
code = "XX"
name = "everybody else"

[[rule]]
purpose = "cost"
service_kind = "day care"
cost_centre = "by person"
subjective = "52060"
name = "Day care"
last_day = 2027-03-31
"""


def test_one_line_by_person_is_a_rule_for_each_cost_centre() -> None:
    rules, problems = read_toml(TOML, "c.toml")
    assert problems == []
    by_person = CodingRule(
        Purpose.COST,
        Account("1", "MH", "52060", "0", "Day care: mental health"),
        service_kind="day care",
        support_reason="mental health",
        starts=dt.date(2026, 4, 1),
        ends=dt.date(2027, 4, 1),
        where="c.toml rule 1",
    )
    others = Account("1", "XX", "52060", "0", "Day care: everybody else")
    assert rules == [by_person, replace(by_person, account=others, support_reason=None)]


def test_toml_faults() -> None:
    wrong = TOML.replace('purpose = "cost"', 'purpose = "costs"') + 'colour = "red"\n[[rule]]\npurpose = "bank"\n'
    _, problems = read_toml(wrong, "c.toml")
    assert [str(problem) for problem in problems] == [
        "c.toml rule 1: “colour” means nothing here. Take it out.",
        "c.toml rule 2: it has no cost_centre. Add it.",
        "c.toml rule 2: it has no name. Add it.",
        "c.toml rule 2: it has no subjective. Add it.",
    ]
    _, problems = read_toml(TOML.replace('"cost"', '"costs"'), "c.toml")
    assert [problem.what for problem in problems] == ["“costs” is not a purpose."]
    _, problems = read_toml("entity = ", "c.toml")
    assert problems[0].what.startswith("it is not TOML")


def test_csv_faults() -> None:
    rows = [
        ",".join(CSV_COLUMNS),
        "costs,,,,,,31/02/2026,tomorrow,1,2,3,4,Name",
        "cost,,,,,,,,1,2,3,4,Name",
        "cost,,,,,",
    ]
    rules, problems = read_csv("\n".join(rows), "c.csv")
    assert [str(problem) for problem in problems] == [
        (
            "c.csv line 2: “costs” is not a purpose. Use one of cost, income, control, bank, debtor, suspense, "
            "receivable, "
            "deferred, unidentified, bad debt."
        ),
        "c.csv line 2, column first_day: “31/02/2026” is not a date. Write it as 2026-04-01 or 01/04/2026.",
        "c.csv line 2, column last_day: “tomorrow” is not a date. Write it as 2026-04-01 or 01/04/2026.",
        "c.csv line 4: it does not have 13 columns. Correct its commas.",
    ]
    assert [rule.where for rule in rules] == ["c.csv line 3"]


def test_a_csv_without_its_columns() -> None:
    _, problems = read_csv("purpose,kind\ncost,care\n", "c.csv")
    assert problems[0].what.startswith("it has no column service_kind, support_reason")
