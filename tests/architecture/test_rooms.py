"""The house keeps its shape: where SQL, clocks, files and names may be, and who may use whom."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT, arguments, calls, imports, modules, named

RULES = ("finance", "ledgers", "payruns", "billing")
BUILDS_SQL = {"select", "insert", "update", "delete", "text", "create_engine", "Engine", "Connection", "literal"}
OUTSIDE = (
    "adbc_",
    "sqlite3",
    "psycopg",
    "socket",
    "http",
    "urllib",
    "requests",
    "httpx",
    "subprocess",
    "time",
    "asyncio",
)

# The one door through which Arrow columns pass; it names the types a store is handed.
THE_DOOR = {"finance/columns.py"}

# Dated figures, vocabularies and policy are read from the text file beside the rule, once.
READS_ITS_OWN_TEXT = {
    "finance/days.py",  # the bank holidays, of the library that keeps them
    "finance/parameters.py",
    "finance/assessment/kinds.py",
    "finance/assessment/ages.py",
    "billing/assessments/caseload/packing.py",
    "billing/assessments/uprating/what_if.py",
    "ledgers/coding/shipped.py",
    "payruns/policy.py",
}

# Today is asked for by the console command, the screens and the scheduler; a moment by the door that records.
ASKS_THE_CLOCK = (
    "interfaces/cli/frame/desk.py",
    "interfaces/web/",
    "interfaces/database/connection.py",
    "scheduler.py",
)
MEETS_FACTS = re.compile(r"/(stream|checks|news)\.py$|/checks/\w+\.py$")
"""Where rules meet facts: handed a transaction, they read through a store, and write nothing."""
MEETS_FACTS_TOO = {  # under another name; no more of these: docs/architecture.md
    "ledgers/runs.py",
    "billing/debt/letters.py",
    "billing/debt/reading.py",
    "billing/documents/bill_facts.py",
    "billing/explain/prices.py",
}
ALLOWED_OF_FINANCE = {
    *("money", "names", "references", "days", "problems", "columns", "timelines", "locking", "toml_and_json", "facts")
}


def is_pure(name: str) -> bool:
    """Everything but the schema, the SQL and the verbs (``uprating_jobs.py`` where one is not enough) is rules."""
    return not re.search(r"(/|_)(tables|store|jobs)\.py$", name) and name not in THE_DOOR


PURE = [path for path in modules(*RULES) if is_pure(named(path))]


@pytest.mark.parametrize("path", PURE, ids=named)
def test_rules_and_records_touch_no_database_network_or_clock(path: Path) -> None:
    wrong = [
        f"{module}.{name}".rstrip(".")
        for module, name in imports(path)
        if (module.split(".")[0] == "sqlalchemy" and name in BUILDS_SQL) or module.startswith(OUTSIDE)
    ]
    assert not wrong, f"{named(path)} is neither a store nor a verb, and imports {', '.join(wrong)}"


@pytest.mark.parametrize("path", PURE, ids=named)
def test_rules_and_records_read_no_file_but_their_own_text(path: Path) -> None:
    reads = [
        call
        for call in calls(path)
        if call == "open" or re.search(r"\.(open|read_text|read_bytes|write_text|write_bytes)$", call)
    ]
    assert not reads or named(path) in READS_ITS_OWN_TEXT, f"{named(path)} reads or writes a file: {', '.join(reads)}"


@pytest.mark.parametrize("path", PURE, ids=named)
def test_rules_and_records_are_handed_no_database(path: Path) -> None:
    """What a function is handed says what it may do: an import may be for a type alone."""
    handed = {each for each in arguments(path) if re.search(r"\b(Bulk|Connection|Database|Engine)\b", each)}
    if MEETS_FACTS.search(named(path)) or named(path) in MEETS_FACTS_TOO:
        return
    assert handed == set(), f"{named(path)} is neither a store nor a verb, and is handed {', '.join(sorted(handed))}"


def test_no_file_is_let_off_that_has_gone() -> None:
    assert {each for each in MEETS_FACTS_TOO if not (ROOT / each).is_file()} == set()


def test_only_the_desk_the_screens_the_scheduler_and_the_recording_door_ask_the_clock() -> None:
    clock = re.compile(r"(^|\.)(now|today|utcnow|utc_now|localtime|gmtime)$|^time\.time$")
    asking = {named(path) for path in modules() if any(clock.search(call) for call in calls(path))}
    assert {each for each in asking if not each.startswith(ASKS_THE_CLOCK)} == set()


def test_stores_are_handed_a_connection_and_never_make_one() -> None:
    for path in modules(*RULES):
        wrong = [call for call in calls(path) if re.search(r"(^|\.)(create_engine|connect)$", call)]
        assert not wrong, f"{named(path)} opens a database by itself: {wrong}"


def test_the_ledger_uses_only_what_every_stream_shares_of_finance() -> None:
    used = {
        (module.split(".")[1] if "." in module else name)
        for path in modules("ledgers")
        for module, name in imports(path)
        if module.split(".")[0] == "finance"
    }
    assert used <= ALLOWED_OF_FINANCE


def test_finance_is_facts_and_rules_and_no_verb_stands_in_it() -> None:
    assert [named(path) for path in modules("finance") if re.search(r"(/|_)jobs\.py$", named(path))] == []


def test_every_layout_stands_in_the_register() -> None:
    """A layout that is known only to whoever imports it loads on some days and not on others."""
    folder = ROOT / "interfaces" / "files" / "inbound" / "layouts"
    apart = {"__init__", "fields", "register", "sorts", "value_types"}
    known = {module.rpartition(".")[2] for module, _ in imports(folder / "register.py")}
    assert {path.stem for path in folder.glob("*.py")} - apart <= known


def test_nothing_imports_the_scheduler() -> None:
    importing = [
        named(path)
        for path in modules(*PACKAGES)
        if any(each.split(".")[0] == "scheduler" for each, _ in imports(path))
    ]
    assert importing == []


def test_no_module_is_called_utils_helpers_or_common() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
    parts = {named(path): {part.removesuffix(".py") for part in path.relative_to(ROOT).parts} for path in modules()}
    assert [name for name, words in parts.items() if words & vague] == []


def test_the_top_of_the_house_is_as_the_readme_says() -> None:
    there = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()}
    assert there == set(PACKAGES)
    assert [path.name for path in ROOT.glob("*.py")] == ["scheduler.py"]


@pytest.mark.parametrize("path", modules(), ids=named)
def test_each_file_says_its_one_idea_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith('"""') and len(first) > 12, f"{named(path)} does not begin with a line that says what it is"


def test_imports_only_point_down() -> None:
    """import-linter’s contracts, as written in pyproject.toml."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
