"""Papers and docstrings name files, modules and functions that are there: a newcomer who follows a name arrives."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.papers import DOCUMENTS, name, prose
from tests.architecture.source import PACKAGES, ROOT, modules, named, tree

TOPS = (*PACKAGES, "scheduler", "tests", "docs")
FILE = re.compile(rf"(?:{'|'.join((*TOPS, '.ci'))})/[\w./-]*\w/?|[\w-]+\.(?:py|toml|md|lock)")
DOTTED = re.compile(rf"(?:{'|'.join(TOPS)})(?:\.\w+)+")
MADE_BY_COUNCILS = {"council.toml", "coding.toml", "homes.toml", "figures.toml"}
"""Files that a reader makes, or names as they like: papers show how they are used."""
SPEAK_OF_THE_PAST = re.compile(r"CHANGELOG\.md|docs/decisions/")


@cache
def files() -> frozenset[str]:
    """Every file and folder of the house, as it is named from its top."""
    hidden = {".git", ".venv", "__pycache__"}
    there = [path for path in ROOT.rglob("*") if not hidden & {*path.relative_to(ROOT).parts}]
    return frozenset(path.relative_to(ROOT).as_posix() for path in there)


@cache
def defined(path: Path) -> frozenset[str]:
    """Every function, class and value a module gives a name to, those within its classes too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).rpartition(".")[2])
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return frozenset(found)


def module_of(dotted: str) -> Path | None:
    """The file of a module or package, by its name with dots."""
    path = ROOT.joinpath(*dotted.split("."))
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py", path) if each.exists()), None)


def is_there(words: str) -> bool:
    """Whether a name with dots is a module, or something a module defines."""
    if module_of(words):
        return True
    module, _, last = words.rpartition(".")
    path = module_of(module) if module else None
    return bool(path and path.suffix == ".py" and last in defined(path))


def wrong(words: str) -> bool:
    """Whether words between backticks name a file or module of ours, and no such one is there."""
    if DOTTED.fullmatch(words) and not words.endswith((".py", ".toml")):
        return not is_there(words)
    if not FILE.fullmatch(words):
        return False
    if "/" in words:
        return words.rstrip("/") not in files()
    return words not in MADE_BY_COUNCILS and not any(each.rpartition("/")[2] == words for each in files())


def told(text: str) -> Iterator[str]:
    """What stands between backticks, single or double, on one line."""
    yield from (each.strip() for each in re.findall(r"`+([^`\n]+)`+", text))


@cache
def functions(path: Path) -> frozenset[str]:
    """The functions and classes of a module, those within others too."""
    return frozenset(node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("path", [each for each in DOCUMENTS if not SPEAK_OF_THE_PAST.search(name(each))], ids=name)
def test_every_file_and_module_a_paper_names_is_there(path: Path) -> None:
    missing = [words for words in told(prose(path.read_text(encoding="utf-8"))) if wrong(words)]
    assert missing == [], f"{name(path)} names what is not there: {', '.join(missing)}"


@pytest.mark.parametrize("path", [each for each in DOCUMENTS if not SPEAK_OF_THE_PAST.search(name(each))], ids=name)
def test_every_function_a_paper_says_a_file_has_is_in_it(path: Path) -> None:
    """As they are written one after another: `ledgers/jobs.py`: `submit_run`, `approve_run` and `draft_run`."""
    listed = re.findall(r"`([\w/]+\.py)`:\s+((?:`\w+`(?:,\s+|\s+and\s+)?)+)", prose(path.read_text(encoding="utf-8")))
    for file, words in listed:
        missing = set(re.findall(r"`(\w+)`", words)) - defined(ROOT / file)
        assert missing == set(), f"{name(path)}: {file} has no {', '.join(sorted(missing))}"


@pytest.mark.parametrize("path", modules(), ids=named)
def test_every_file_and_module_a_docstring_names_is_there(path: Path) -> None:
    missing = [words for text in docstrings(path) for words in told(text) if wrong(words)]
    assert missing == [], f"{named(path)} names what is not there: {', '.join(missing)}"


@pytest.mark.parametrize("path", [each for each in modules() if each.name == "__init__.py"], ids=named)
def test_what_a_package_says_of_its_modules_is_so(path: Path) -> None:
    """Its docstring lists them by a bare name: a module of its own, or a function one of them defines."""
    said = {words for words in told(ast.get_docstring(tree(path)) or "") if re.fullmatch(r"[a-z_]+", words)}
    inside = {each.stem for each in path.parent.iterdir()} | {path.parent.name}
    given = {each for module in path.parent.rglob("*.py") for each in functions(module)}
    strange = said - inside - given - {*TOPS, "outturn"}
    assert strange == set(), f"{named(path)} names what is not in it: {', '.join(sorted(strange))}"


def test_a_name_that_is_not_there_is_found() -> None:
    assert wrong("finance/assessments/store.py") and wrong("billing.charges.care") and wrong("nobody.py")
    assert not wrong("billing/charges/store.py") and not wrong("finance.money.pounds") and not wrong("council.toml")
    assert not wrong("ledgers.reports.balances.trial_balance") and not wrong("week") and not wrong("tests/laws/")
