"""Who told us of what decides the money of a run, and who confirmed it. A record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToldBy:
    """What one person told of that decides a run and is news to it. ``confirmed_by``: the second person, where one was
    asked for; ``pence``: what the lines it decides come to. A line may be decided by several.
    """

    by: str
    words: str
    confirmed_by: str | None
    facts: int
    lines: int
    pence: int
