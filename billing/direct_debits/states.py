"""What may happen to a mandate and to a collection, and what follows: two tables, and nothing else decides it."""

from enum import StrEnum

from finance.problems import Refusal


class Mandated(StrEnum):
    """How a mandate stands."""

    SIGNED = "signed"
    LODGED = "lodged"
    LIVE = "live"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    DORMANT = "dormant"


class Collected(StrEnum):
    """How a collection stands."""

    ANNOUNCED = "announced"
    REQUESTED = "requested"
    COLLECTED = "collected"
    RETURNED = "returned"
    REPRESENTED = "represented"
    CLAIMED = "claimed"
    CANCELLED = "cancelled"


MANDATE_FOLLOWS: dict[str, tuple[tuple[Mandated, ...], Mandated]] = {
    "lodge": ((Mandated.SIGNED,), Mandated.LODGED),
    "make live": ((Mandated.LODGED,), Mandated.LIVE),
    "suspend": ((Mandated.LODGED, Mandated.LIVE), Mandated.SUSPENDED),
    "resume": ((Mandated.SUSPENDED,), Mandated.LIVE),
    "cancel": (
        (Mandated.SIGNED, Mandated.LODGED, Mandated.LIVE, Mandated.SUSPENDED, Mandated.DORMANT),
        Mandated.CANCELLED,
    ),
    "let sleep": ((Mandated.LODGED, Mandated.LIVE, Mandated.SUSPENDED), Mandated.DORMANT),
    "reinstate": ((Mandated.CANCELLED,), Mandated.LIVE),
}

COLLECTION_FOLLOWS: dict[str, tuple[tuple[Collected, ...], Collected]] = {
    "request": ((Collected.ANNOUNCED,), Collected.REQUESTED),
    "collect": ((Collected.REQUESTED, Collected.REPRESENTED), Collected.COLLECTED),
    "return": ((Collected.REQUESTED, Collected.COLLECTED, Collected.REPRESENTED), Collected.RETURNED),
    "represent": ((Collected.RETURNED,), Collected.REPRESENTED),
    "claim": ((Collected.COLLECTED,), Collected.CLAIMED),
    "cancel": ((Collected.ANNOUNCED, Collected.REQUESTED, Collected.REPRESENTED), Collected.CANCELLED),
}

IN_USE = (Mandated.LODGED, Mandated.LIVE)  # announced by; money moves by a live one alone
OPEN = (Collected.ANNOUNCED, Collected.REQUESTED, Collected.REPRESENTED)  # money on its way
BACK = (Collected.RETURNED, Collected.CLAIMED)  # money that did not come, or went back


class WrongState(Refusal):
    """What is asked does not follow from how the mandate or collection stands."""


def mandate_after(action: str, status: Mandated, ref: str) -> Mandated:
    """How a mandate stands after an action. Raises WrongState."""
    allowed, then = MANDATE_FOLLOWS[action]
    if status not in allowed:
        raise WrongState(
            f"You cannot {action} the mandate {ref}: it is {status}.", f"That follows from {' or '.join(allowed)}."
        )
    return then


def collection_after(action: str, status: Collected, nr: int) -> Collected:
    """How a collection stands after an action. Raises WrongState."""
    allowed, then = COLLECTION_FOLLOWS[action]
    if status not in allowed:
        raise WrongState(
            f"You cannot {action} collection {nr}: it is {status}.", f"That follows from {' or '.join(allowed)}."
        )
    return then
