"""The source of the product, as the architecture tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("finance", "ledgers", "payruns", "billing", "interfaces")


def modules(*packages: str) -> list[Path]:
    """Every module of these packages (all of them, and the scheduler, when none is named)."""
    if packages:
        return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
    return [*modules(*PACKAGES), ROOT / "scheduler.py"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of everything a file imports; the name is empty for ``import module``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", each.name) for each in node.names)


def calls(path: Path) -> Iterator[str]:
    """Every call, as it is written: ``dt.date.today``, ``open``, ``path.read_text``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def arguments(path: Path) -> Iterator[str]:
    """The type of every argument of every function, as it is written."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.arg) and node.annotation is not None:
            yield ast.unparse(node.annotation)
