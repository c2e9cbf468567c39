"""What came of extracts: of each file its counts, what was wrong with it and what somebody should look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from finance.problems import Problem


@dataclass(frozen=True, slots=True)
class ExtractLoaded:
    """What came of one extract. ``change`` is None when it told us nothing new, or was refused."""

    file: str
    extract: str
    loaded: bool
    change: int | None = None
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    cancelled: int = 0
    quarantined: int = 0
    waiting: int = 0
    """Rows that wait for a second person: they came with ``load``, the change that brought them."""
    load: int | None = None
    taken_away: int = 0
    """Rows in which something that was known is gone."""
    righted: int = 0
    """Rows set aside before that it brought right."""
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    tried: bool = True
    """Whether it was looked at: not, when a file it depends on was refused. That is no problem of its own."""
    notes: tuple[Problem, ...] = ()
    """What was done, and somebody should look at: what was taken away, a sheet that was left alone."""

    def as_json(self) -> dict[str, object]:
        """The same, for machines."""
        values: dict[str, object] = {
            name: getattr(self, name)
            for name in (
                "file",
                "extract",
                "loaded",
                "change",
                "rows",
                "new",
                "changed",
                "unchanged",
                "cancelled",
                "quarantined",
                "waiting",
                "load",
                "taken_away",
                "righted",
                "problem_count",
                "tried",
            )
        }
        for name in ("problems", "notes"):
            values[name] = [
                {"where": each.where, "what": each.what, "what_to_do": each.what_to_do} for each in getattr(self, name)
            ]
        return values

    def __str__(self) -> str:
        if not self.tried:
            return f"{self.file}: not tried"
        if not self.loaded:
            return f"{self.file}: not loaded, {several(self.problem_count, 'problem')}"
        parts = [f"{getattr(self, name):,} {name}" for name in ("new", "changed", "unchanged", "cancelled")]
        aside = f", {self.quarantined:,} set aside" if self.quarantined else ""
        righted = f", {self.righted:,} set aside before are right now" if self.righted else ""
        waits = f", {self.waiting:,} waiting" if self.waiting else ""
        return f"{self.file}: {', '.join(parts)}{aside}{waits}{righted}"


@dataclass(frozen=True, slots=True)
class Load:
    """What a load of several extracts did."""

    files: Sequence[ExtractLoaded]

    @property
    def whole(self) -> bool:
        """Whether every file was loaded."""
        return all(each.loaded for each in self.files)

    @property
    def faulty(self) -> list[ExtractLoaded]:
        return [each for each in self.files if each.problem_count]

    @property
    def left_out(self) -> list[ExtractLoaded]:
        """Files with something wrong that were not loaded at all."""
        return [each for each in self.faulty if not each.loaded]

    @property
    def untried(self) -> list[ExtractLoaded]:
        return [each for each in self.files if not each.tried]

    @property
    def set_aside(self) -> int:
        """Rows set aside."""
        return sum(each.quarantined for each in self.files)

    @property
    def problem_count(self) -> int:
        return sum(each.problem_count for each in self.files)

    @property
    def problems(self) -> list[Problem]:
        """Those that were kept to be listed."""
        return [each for one in self.files for each in one.problems]

    @property
    def listed_count(self) -> int:
        """How many there are to list, kept or not."""
        return sum(each.problem_count or len(each.problems) for each in self.files)

    @property
    def notes(self) -> list[Problem]:
        """What was done, and somebody should look at."""
        return [each for one in self.files for each in one.notes]


def several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
