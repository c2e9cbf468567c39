"""What a reader is shown of who may sign: each officer and what they may do, and whose role was given misspelt."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledgers.officers.authority import KEEPING, OfficerChange, to_respell
from ledgers.officers.store import read_standing


@dataclass(frozen=True, slots=True)
class OfficerShown:
    """An officer. ``limit``: what their role may sign for, in pence; None: nothing was set."""

    name: str
    role: str
    limit: int | None
    rights: tuple[str, ...]

    @property
    def signs_for(self) -> int | None:
        """Pence they may sign for; None: nothing."""
        return self.limit if KEEPING in self.rights else None


@dataclass(frozen=True, slots=True)
class Tier:
    """What a role may sign for, in pence; ``alone``: above it a second approver signs too. None: nothing was set."""

    role: str
    limit: int
    alone: int | None


@dataclass(frozen=True, slots=True)
class Misspelt:
    """An officer whose role was given under another spelling (``given``): they may sign for nothing until mended."""

    name: str
    role: str
    given: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Officers:
    """Who may sign now, by name; what each role may sign for, by role; and the changes that wait."""

    officers: Sequence[OfficerShown]
    misspelt: Sequence[Misspelt]
    tiers: Sequence[Tier]
    waiting: Sequence[OfficerChange]


def read_officers(connection: Connection) -> Officers:
    """As it counts now."""
    now = read_standing(connection)
    return Officers(
        [
            OfficerShown(name, role, now.limits.get(role), now.rights_of(role))
            for name, role in sorted(now.roles.items())
        ],
        [
            Misspelt(name, str(given.role), str(given.name), to_respell(name, given))
            for name, given in sorted(now.misspelt.items())
        ],
        [Tier(role, limit, now.alone.get(role)) for role, limit in sorted(now.limits.items())],
        now.waiting,
    )
