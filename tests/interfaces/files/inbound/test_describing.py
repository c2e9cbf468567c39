"""The templates load, and each page says what the layouts say."""

import datetime as dt
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.describing import PAGES, Page, refreshed, write_templates
from interfaces.files.inbound.door.loading import load_folder
from interfaces.files.inbound.layouts.care import CARE

DOCS = Path(__file__).parents[4] / "docs"
REMEDY = "run: python -m interfaces.files.inbound.describing docs"


def test_every_template_loads(database: Database) -> None:
    results = load_folder(database, DOCS / "templates", by="loader", at=dt.datetime(2026, 5, 1))
    assert [(each.extract, each.new, each.problems) for each in results] == [(name, 1, ()) for name in CARE]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_templates_are_as_the_layouts_say(page: Page, tmp_path: Path) -> None:
    made = write_templates(page.extracts, tmp_path)
    assert [path.stem for path in made] == list(page.extracts)
    for path in made:
        assert (DOCS / page.templates / path.name).read_bytes() == path.read_bytes(), REMEDY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_is_as_the_layouts_say(page: Page) -> None:
    text = (DOCS / page.name).read_text(encoding="utf-8")
    assert refreshed(page, text) == text, REMEDY
    assert all(f"### {name}.csv" in text for name in page.extracts)
