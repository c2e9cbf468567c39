"""The templates load, and the page says what the layouts say."""

import datetime as dt
from pathlib import Path

from interfaces.database.connection import Database
from interfaces.files.inbound.describing import refreshed, write_templates
from interfaces.files.inbound.door.loading import load_folder
from interfaces.files.inbound.layouts.care import OWN

DOCS = Path(__file__).parents[4] / "docs"
REMEDY = "run: python -m interfaces.files.inbound.describing docs"


def test_every_template_loads(database: Database) -> None:
    results = load_folder(database, DOCS / "templates", by="loader", at=dt.datetime(2026, 5, 1))
    assert [(each.extract, each.new, each.problems) for each in results] == [(each.name, 1, ()) for each in OWN]


def test_the_templates_are_as_the_layouts_say(tmp_path: Path) -> None:
    write_templates(tmp_path)
    for path in tmp_path.iterdir():
        assert (DOCS / "templates" / path.name).read_bytes() == path.read_bytes(), REMEDY


def test_the_page_is_as_the_layouts_say() -> None:
    page = (DOCS / "loading.md").read_text(encoding="utf-8")
    assert refreshed(page) == page, REMEDY
    assert all(f"### {each.name}.csv" in page for each in OWN)
