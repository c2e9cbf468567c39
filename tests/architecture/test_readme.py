"""README's commands, pasted in order by somebody new, end with every penny proved; what they explain is worth
explaining.
"""

import csv
import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.demo.county import build_county
from tests.architecture.papers import blocks
from tests.architecture.source import ROOT

PASTED = next(
    each.text for each in blocks((ROOT / "README.md").read_text(encoding="utf-8")) if "outturn init" in each.text
)

FIRST_DAY = dt.date(2026, 4, 6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what ``make demo`` leaves: .venv and the extracts."""
    folder = tmp_path_factory.mktemp("outturn")
    switched_on = folder / ".venv" / "bin" / "activate"
    switched_on.parent.mkdir(parents=True)
    switched_on.write_text(f'PATH="{Path(sys.executable).parent}:$PATH"\n', encoding="utf-8")
    build_county(folder / "demo-output" / "extracts", people=5_000, seed=2026)
    return folder


@pytest.fixture(scope="module")
def answer(folder: Path) -> str:
    """What the console says to all of it."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-x", "-c", PASTED],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "COLUMNS": "240", "LANG": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return re.sub(r"\s+", " ", done.stdout)


def test_they_end_proved(answer: str) -> None:
    assert "What was run is proved: due, posted and exported agree to the penny." in answer
    assert answer.strip().endswith("Not all was run: see the lines marked !.")
    assert all(f"! pay calendar {each}" in answer for each in ("CAL-WK", "CAL-MON"))


def test_the_findings_are_few_and_all_are_dealt_with(answer: str) -> None:
    assert "4 findings to deal with before approval" in answer
    assert "4 findings accepted; 0 still to deal with." in answer


def test_what_is_explained_answers_the_finding_and_was_paid(answer: str) -> None:
    before, after = answer.split("Service line LIN005305")[1:]
    for each in (before, after):
        assert "died 4 April 2026" in each
        assert "days paid after" in each and "the day of death 7" in each  # a cell may break between
        assert "6 April 2026 to 11 April 2026: £1,200.78 a week × 6 days ÷ 7 = £1,029.24" in each
        assert "contracts.csv row 41" in each
    assert "Run 1 proposes to pay £799.80." in before
    assert "Run 1 posted £799.80." in after


def test_what_the_second_officer_says_of_the_findings_is_so(answer: str, folder: Path) -> None:
    """Each of the four died at most as many days before the period as their contract pays for after a death."""
    lines, contracts, people = (
        {
            row[ref]: row
            for row in csv.DictReader(
                (folder / "demo-output" / "extracts" / "first" / f"{file}.csv").open(encoding="utf-8-sig")
            )
        }
        for file, ref in (("service_lines", "line_ref"), ("contracts", "contract_ref"), ("people", "person_ref"))
    )
    found = re.findall(r"stop after death (LIN\d+): [^(]+ \((PER\d+)\)", answer)
    assert found[:4] == found[4:] and len(set(found)) == 4, "listed, and listed again where they are accepted together"
    for line, person in found[:4]:
        died = dt.date.fromisoformat(people[person]["date_of_death"])
        days = int(contracts[lines[line]["contract_ref"]]["days_after_death"])
        assert died <= FIRST_DAY <= died + dt.timedelta(days=days)
