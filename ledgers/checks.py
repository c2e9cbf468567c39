"""What a check of a run is: its name, how grave, in which words it is told of, below which size it says nothing.

The checks of a stream are the modules of one package: each says which it declares (``CHECKS``), and has ``find``, which
gives findings. A new one touches nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from finance.problems import BadParameters
from ledgers.runs import Finding

STOP, LOOK, NOTE = GRAVITY = ("stop", "look", "note")
"""Severities of findings, the gravest first."""


@dataclass(frozen=True, slots=True)
class Check:
    """``severity``: as shipped. ``words``: where it is shown, as a row of ``docs/checks.md``. ``size``: pence below
    which it says nothing, as shipped; None: it has no size, or one under a name of its own among the choices.
    ``since``: the number of the schema’s newest step when it came to be: choices kept before cannot name it.
    """

    name: str
    severity: str
    words: str
    size: int | None = None
    since: int = 0

    def found(
        self,
        what: str,
        subject: int | None = None,
        party: int | None = None,
        amount: int | None = None,
        before: int | None = None,
        kind: str | None = None,
    ) -> Finding:
        """A finding of this check."""
        return Finding(self.name, self.severity, what, subject, party, amount, before, kind)


@dataclass(frozen=True)
class Checks:
    """The checks of a stream, by the modules of its package."""

    modules: tuple[ModuleType, ...]

    @classmethod
    def of(cls, package: str, path: Iterable[str]) -> "Checks":
        """Every module of a package that declares a check, in order of name."""
        names = [each.name for each in iter_modules(path) if not each.name.endswith("_store")]
        every = [import_module(f"{package}.{each}") for each in names]
        return cls(tuple(each for each in every if hasattr(each, "CHECKS")))

    @cached_property
    def declared(self) -> dict[str, Check]:
        """Every check by name. Asserts that no two share one."""
        every = [check for each in self.modules for check in each.CHECKS]
        found = {check.name: check for check in every}
        assert len(found) == len(every), "two checks share a name"
        return found

    @property
    def stops(self) -> tuple[str, ...]:
        """The checks that ship as stops."""
        return tuple(name for name, check in self.declared.items() if check.severity == STOP)

    @property
    def stops_before(self) -> list[set[str]]:
        """What shipped as stops before each step with which one of them came to be."""
        steps = {self.declared[name].since for name in self.stops} - {0}
        return [{name for name in self.stops if self.declared[name].since < step} for step in sorted(steps)]

    @property
    def sizes(self) -> dict[str, int]:
        """The size of each that has one, as shipped."""
        return {name: check.size for name, check in self.declared.items() if check.size is not None}

    def read_sizes(self, value: object, where: str) -> dict[str, int]:
        """A council’s own sizes (pence) beside those that ship. Raises BadParameters for a check without a size."""
        own = value if isinstance(value, Mapping) else {}
        wrong = [name for name, pence in own.items() if name not in self.sizes or type(pence) is not int or pence < 0]
        if wrong or not isinstance(value, Mapping):
            raise BadParameters(f"{where} is “{value}”.", f"Give whole pence for some of {', '.join(self.sizes)}.")
        return {**self.sizes, **own}


def weighed(found: Iterable[Finding], stops: Iterable[str]) -> list[Finding]:
    """Findings under a council’s own choice of what stops a run: the gravest first, then the check of which most moved,
    and of a check what moved furthest.
    """
    chosen = set(stops)

    def severity(each: Finding) -> str:
        return STOP if each.check in chosen else LOOK if each.severity == STOP else each.severity

    made = [replace(each, severity=severity(each)) for each in found]
    moved: dict[str, int] = {}
    for each in made:
        moved[each.check] = moved.get(each.check, 0) + each.moved
    return sorted(made, key=lambda each: (GRAVITY.index(each.severity), -moved[each.check], each.check, -each.moved))
