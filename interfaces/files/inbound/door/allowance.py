"""What a load may do without being asked again, as the council has set it, and what somebody has said besides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from finance.choices import read_choices


@dataclass(frozen=True, slots=True)
class LoadingPolicy:
    """``take_away``: of how many rows one file may take something away (a last day, a day of death, a suspension)
    before it has to be asked for by number.
    """

    take_away: int = 10

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "LoadingPolicy":
        """Read a ``[loading]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        return read_choices(cls, table, where)


@dataclass(frozen=True, slots=True)
class Allowance:
    """``alike``: references that look alike are meant. ``asked``: the second word, to be kept with the change."""

    take_away: int = LoadingPolicy().take_away
    alike: bool = False
    asked: str = ""

    def said(self, *, take_away: int | None, alike: bool) -> "Allowance":
        """The same, after the second word of whoever loads."""
        words = [f"up to {take_away} taken away"] if take_away is not None else []
        words += ["alike references meant"] if alike else []
        most = max(self.take_away, take_away or 0)
        return replace(self, take_away=most, alike=alike, asked=", ".join(words))


UNASKED = Allowance()
WITHOUT_LIMIT = Allowance(take_away=2**31, alike=True)
"""For what a program or a person enters row by row, which is no extract with a broken column."""
