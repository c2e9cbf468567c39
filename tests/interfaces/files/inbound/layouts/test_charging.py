"""The page of charges names every choice and kind; its templates load."""

import datetime as dt
import re
from dataclasses import fields
from pathlib import Path

from billing.charges.facts import KINDS
from billing.charges.policy import ChargingPolicy
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_folder
from interfaces.files.inbound.layouts.charging import CHARGING

DOCS = Path(__file__).parents[5] / "docs"


def test_the_page_names_every_choice_and_kind() -> None:
    page = (DOCS / "charges.md").read_text(encoding="utf-8")
    table = page.split("## The choices of")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [each.name for each in fields(ChargingPolicy)]
    assert all(f"`{kind}`" in page for kind in KINDS)


def test_every_template_loads_after_the_case_systems(database: Database) -> None:
    at = dt.datetime(2026, 5, 1)
    load_folder(database, DOCS / "templates", by="loader", at=at)
    told = load_folder(database, DOCS / "templates" / "charges", by="loader", at=at)
    assert {each.extract: (each.new, each.problems) for each in told} == dict.fromkeys(CHARGING, (1, ()))
