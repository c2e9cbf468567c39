"""Tests stand where what they test stands, and every module of the product is behind the tests of its own folder."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT, imports, modules, named

TESTS = ROOT / "tests"

OF_THE_WHOLE = {"architecture", "bench", "fuzz", "laws", "scenarios", "simulation", "wheel"}
"""Folders of tests that ask something of the whole product."""

TESTED_FROM = {
    "billing/assessments/caseload/jobs.py": "tests/billing/assessments/uprating/test_jobs.py",
    "billing/assessments/caseload/outcomes.py": "tests/billing/assessments/uprating/test_jobs.py",
    "billing/assessments/caseload/outcomes_store.py": "tests/billing/assessments/uprating/test_jobs.py",
    "billing/assessments/caseload/views_jobs.py": "tests/billing/assessments/test_looks.py",
    "billing/charges/views_store.py": "tests/interfaces/cli/runs",
    "billing/contributions": "tests/interfaces/test_costing.py",
    "billing/debt/letters.py": "tests/interfaces/documents/test_reminder.py",
    "billing/explain/change_jobs.py": "tests/interfaces/test_explaining.py",
    "billing/explain/change_store.py": "tests/interfaces/test_explaining.py",
    "billing/explain/payer_jobs.py": "tests/interfaces/test_explaining.py",
    "billing/explain/payer_store.py": "tests/interfaces/test_explaining.py",
    "billing/person_views_jobs.py": "tests/interfaces/cli/test_looking_up.py",
    "billing/search_store.py": "tests/interfaces/cli/test_looking_up.py",
    "finance/assessment/parts.py": "tests/interfaces/documents/assessments",
    "finance/care_costs/uplift_store.py": "tests/interfaces/cli/test_uplift.py",
    "finance/facts": "tests/interfaces/files/inbound/door",
    "finance/locking.py": "tests/laws/test_two_at_once.py",
    "interfaces/cli": "tests/interfaces/cli",
    "interfaces/database/migrations": "tests/interfaces/database/test_migrate.py",
    "interfaces/database/shapes.py": "tests/interfaces/database/test_migrate.py",
    "interfaces/demo/pages": "tests/interfaces/cli/test_scenario.py",
    "interfaces/documents/assessments/workbook.py": "tests/billing/assessments/uprating/test_jobs.py",
    "interfaces/documents/reminder.py": "tests/interfaces/documents/test_reminder.py",
    "interfaces/files/inbound/door/loading_circumstances.py": "tests/interfaces/files/inbound/test_circumstances.py",
    "interfaces/files/outbound/behind.py": "tests/interfaces/cli/test_ledger.py",
    "interfaces/files/outbound/aged_debt_xlsx.py": "tests/interfaces/cli/money_in/test_receipts.py",
    "interfaces/moving.py": "tests/interfaces/cli/test_waiting.py",
    "interfaces/files/inbound/door/uplifting.py": "tests/interfaces/cli/test_uplift.py",
    "interfaces/files/inbound/door/setting_right.py": "tests/interfaces/cli/test_quarantine.py",
    "interfaces/holding.py": "tests/interfaces/cli/test_holds.py",
    "interfaces/searching.py": "tests/interfaces/cli/test_looking_up.py",
    "interfaces/showing.py": "tests/interfaces/cli/test_looking_up.py",
    "interfaces/timetable": "tests/test_scheduler.py",
    "ledgers/approvals/jobs.py": "tests/laws/test_two_approvers.py",
    "ledgers/approvals/store.py": "tests/laws/test_two_approvers.py",
    "ledgers/debt_jobs.py": "tests/laws/test_only_forward.py",
    "ledgers/explain": "tests/payruns/explain",
    "ledgers/officers": "tests/laws/test_signing.py",
    "ledgers/release_jobs.py": "tests/laws/test_only_forward.py",
    "ledgers/reports/signed.py": "tests/interfaces/files/outbound/test_proving.py",
    "ledgers/review_jobs.py": "tests/laws/test_signing.py",
    "ledgers/timetable": "tests/test_scheduler.py",
    "ledgers/views/holds_store.py": "tests/interfaces/cli/test_holds.py",
    "ledgers/views/search_store.py": "tests/interfaces/cli/test_looking_up.py",
    "ledgers/views/store.py": "tests/interfaces/cli/runs",
    "ledgers/views/tally_store.py": "tests/interfaces/cli/runs",
    "payruns/care_views_jobs.py": "tests/interfaces/cli/test_looking_up.py",
    "payruns/contract_views_store.py": "tests/interfaces/cli/test_looking_up.py",
    "payruns/effect_jobs.py": "tests/interfaces/cli/test_waiting.py",
    "payruns/payee_views_store.py": "tests/interfaces/cli/test_looking_up.py",
    "scheduler.py": "tests/test_scheduler.py",
    "ledgers/settling_jobs.py": "tests/interfaces/cli/test_overpayments.py",
    "payruns/overpayment_views_jobs.py": "tests/interfaces/cli/test_overpayments.py",
}
"""Modules and folders whose tests stand elsewhere, and where."""


def own_tests(folder: Path) -> Path:
    return TESTS / folder.relative_to(ROOT)


@cache
def imported(path: Path) -> tuple[Path, ...]:
    """The product's own files a file imports."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[Path]:
    for module, name in imports(path):
        base = ROOT / module.replace(".", "/")
        for each in (base / name / "__init__.py", base / f"{name}.py", base.with_suffix(".py"), base / "__init__.py"):
            if name and each.is_file() and each.is_relative_to(ROOT) and not each.is_relative_to(TESTS):
                yield each


@cache
def behind(folder: Path) -> frozenset[Path]:
    """The files of a folder that its own tests (with those of the folders in it) come to, by imports inside it."""
    to_do = [each for path in own_tests(folder).rglob("*.py") for each in imported(path)]
    found: set[Path] = set()
    while to_do:
        path = to_do.pop()
        if path not in found and path.is_relative_to(folder):
            found.add(path)
            to_do += imported(path)
    return frozenset(found)


def folders() -> list[Path]:
    return sorted({path.parent for path in modules(*PACKAGES)})


def is_said(path: Path) -> bool:
    return any(path == ROOT / said or (ROOT / said) in path.parents for said in TESTED_FROM)


@pytest.mark.parametrize("folder", folders(), ids=named)
def test_every_module_is_behind_the_tests_of_its_own_folder(folder: Path) -> None:
    there = behind(folder)
    every = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    assert [named(path) for path in every if path not in there and not is_said(path)] == []


def test_what_is_tested_elsewhere_is_there_and_tested_there_alone() -> None:
    for said, where in TESTED_FROM.items():
        assert (ROOT / said).exists() and (ROOT / where).exists(), said
        if said.endswith(".py") and (ROOT / said).parent != ROOT:
            assert ROOT / said not in behind((ROOT / said).parent), f"{said} has tests in its own folder now"


def test_no_folder_of_tests_mirrors_nothing() -> None:
    kept = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    astray = {each for each in kept if each.parts and each.parts[0] not in OF_THE_WHOLE and not (ROOT / each).is_dir()}
    assert astray == set()
