"""The published JSON Schema of a person's circumstances, made from the rules' own lists of kinds and words.

``docs/schemas/circumstances.schema.json`` is this, written out; a test keeps the two the same.
"""

import json
from collections.abc import Iterable
from typing import Any

from finance.assessment import Frequency, Ground, HomeDisregard, Nation, Nursing, OverrideOf, Setting
from finance.assessment.circumstances import PERSON_DAYS, PERSON_FLAGS
from finance.assessment.kinds import assets, expenses, incomes
from interfaces.files.inbound.layouts.circumstances import rate_names

ID = "https://outturn.example/schemas/circumstances.schema.json"
MONEY = {
    "type": ["string", "integer", "number"],
    "pattern": r"^£?\d{1,3}(,\d{3})*(\.\d{1,2})?$|^£?\d+(\.\d{1,2})?$",
    "minimum": 0,
    "description": 'pounds and pence, such as "169.50" or 169.5',
}
DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "such as 2026-04-06"}
YES_NO = {"type": "boolean"}


def schema() -> dict[str, Any]:
    """The schema of one person's circumstances, or of a list of people's."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Circumstances for a financial assessment",
        "description": "One person's circumstances, or a list of people's. Amounts are pounds; last_day is inclusive.",
        "oneOf": [{"$ref": "#/$defs/person"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/person"}}],
        "$defs": {
            "money": MONEY,
            "date": DATE,
            "person": _object(_person(), ["person", "date_of_birth", "weekly_cost"]),
            "income": _object(
                {
                    "kind": _words(incomes().codes),
                    "amount": _money("how much each time"),
                    "frequency": _words(Frequency, "weekly"),
                    "follows_rate": _words(rate_names())
                    | {"description": "the benefit rate it follows, in place of an amount"},
                    **_days(),
                },
                ["kind"],
            ),
            "asset": _object(
                {
                    "kind": _words(assets().codes),
                    "value": _money("market value"),
                    "owed": _money("what is owed on the whole of it: the person's equal part comes off"),
                    "owners": {"type": "integer", "minimum": 1, "maximum": 6, "default": 1},
                    "sale_costs": YES_NO
                    | {"description": "selling it would cost money: a tenth comes off. Land: yes, unless it says not"},
                    "share_value": _money("jointly owned land: what the person's own share would fetch"),
                    **_days(),
                },
                ["kind", "value"],
            ),
            "expense": _object(
                {
                    "kind": _words(expenses().codes),
                    "amount": _money("how much each time"),
                    "frequency": _words(Frequency, "weekly"),
                    **_days(),
                },
                ["kind", "amount"],
            ),
            "override": _object(
                {
                    "of": _words(OverrideOf),
                    "amount": _money("what it is set to, a week"),
                    "reason": {"type": "string", "minLength": 1},
                    "approver": {"type": "string", "minLength": 1},
                    **_days(),
                },
                ["of", "amount", "reason", "approver", "last_day"],
            ),
            "ground": _object({"ground": _words(Ground), "evidence": {"type": "string"}, **_days()}, ["ground"]),
            "stay": _object(_days(), ["first_day"]),
            "home_left_out": _object(
                {
                    "ground": _words(HomeDisregard),
                    "reason": {"type": "string"},
                    "approver": {"type": "string"},
                    **_days(),
                },
                ["ground"],
            ),
        },
    }


def _person() -> dict[str, Any]:
    return {
        "person": {"type": "string", "minLength": 1, "description": "a reference or a name"},
        "date_of_birth": _date("date of birth"),
        "on": _date("the day to assess; the day given on the command line, when left out"),
        "first_day": _date("the day these circumstances began"),
        "nation": _words(Nation, "England"),
        "setting": _words(Setting, "at home"),
        "weekly_cost": _money("what the arranged care costs a week"),
        "home_fee": _money("what the care home asks a week, where that is more"),
        "nursing": _words(Nursing, "none"),
        **{name: YES_NO | {"default": False, "description": words} for name, words in PERSON_FLAGS.items()},
        "intends_to_return": YES_NO
        | {
            "default": True,
            "description": "a temporary resident means to go home, or is selling it to buy another home to live in",
        },
        "children": {"type": "integer", "minimum": 0, "maximum": 30, "default": 0},
        **{name: _date(words) for _, name, words in PERSON_DAYS},
        "nights_before": {"type": "integer", "minimum": 0, "maximum": 366, "default": 0},
        "basic_entitlement": _money("Wales: the weekly entitlement the buffer is built on"),
        "previous_charge": _money("last year's weekly charge, for a council that limits increases"),
        **{
            name: {"type": "array", "items": {"$ref": f"#/$defs/{of}"}}
            for name, of in (
                ("incomes", "income"),
                ("assets", "asset"),
                ("expenses", "expense"),
                ("overrides", "override"),
                ("grounds", "ground"),
                ("stays", "stay"),
                ("homes_left_out", "home_left_out"),
            )
        },
    }


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _words(words: Iterable[str], default: str | None = None) -> dict[str, Any]:
    return {"enum": [str(word) for word in words]} | ({"default": default} if default else {})


def _money(description: str) -> dict[str, Any]:
    return {"$ref": "#/$defs/money", "description": description}


def _date(description: str) -> dict[str, Any]:
    return {"$ref": "#/$defs/date", "description": description}


def _days() -> dict[str, Any]:
    return {"first_day": _date("first day it holds; always, when left out"), "last_day": _date("last day it holds")}


def schema_text() -> str:
    """The schema as published."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(schema_text())
