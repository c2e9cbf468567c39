"""The page of charges says what the layouts and the choices say; its templates load."""

import datetime as dt
import re
from dataclasses import fields
from pathlib import Path

from billing.charges.facts import KINDS
from billing.charges.policy import Charging
from interfaces.database.connection import Database
from interfaces.files.inbound.describing_charging import refreshed, write_templates
from interfaces.files.inbound.door.loading import load_folder
from interfaces.files.inbound.layouts.charging import CHARGING

DOCS = Path(__file__).parents[5] / "docs"
REMEDY = "run: python -m interfaces.files.inbound.describing_charging docs"


def test_the_templates_are_as_the_layouts_say(tmp_path: Path) -> None:
    write_templates(tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(f"{name}.csv" for name in CHARGING)
    for name in made:
        assert (DOCS / "templates" / "charges" / name).read_bytes() == (tmp_path / name).read_bytes(), REMEDY


def test_the_page_is_as_the_layouts_say() -> None:
    page = (DOCS / "charges.md").read_text(encoding="utf-8")
    assert refreshed(page) == page, REMEDY
    assert all(f"### {name}.csv" in page for name in CHARGING)


def test_the_page_names_every_choice_and_kind() -> None:
    page = (DOCS / "charges.md").read_text(encoding="utf-8")
    table = page.split("## The choices of")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [each.name for each in fields(Charging)]
    assert all(f"`{kind}`" in page for kind in KINDS)


def test_every_template_loads_after_the_case_systems(database: Database) -> None:
    at = dt.datetime(2026, 5, 1)
    load_folder(database, DOCS / "templates", by="loader", at=at)
    told = load_folder(database, DOCS / "templates" / "charges", by="loader", at=at)
    assert {each.extract: (each.new, each.problems) for each in told} == dict.fromkeys(CHARGING, (1, ()))
