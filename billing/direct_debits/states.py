"""What may happen to a mandate and to a collection, and what follows: two tables, and nothing else decides it."""

from enum import StrEnum

from ledgers.runs import WrongState


class MandateStatus(StrEnum):
    """How a mandate stands."""

    SIGNED = "signed"
    LODGED = "lodged"
    LIVE = "live"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    DORMANT = "dormant"


class CollectionStatus(StrEnum):
    """How a collection stands."""

    ANNOUNCED = "announced"
    REQUESTED = "requested"
    COLLECTED = "collected"
    RETURNED = "returned"
    REPRESENTED = "represented"
    CLAIMED = "claimed"
    CANCELLED = "cancelled"


MANDATE_FOLLOWS: dict[str, tuple[tuple[MandateStatus, ...], MandateStatus]] = {
    "lodge": ((MandateStatus.SIGNED,), MandateStatus.LODGED),
    "make live": ((MandateStatus.LODGED,), MandateStatus.LIVE),
    "suspend": ((MandateStatus.LODGED, MandateStatus.LIVE), MandateStatus.SUSPENDED),
    "resume": ((MandateStatus.SUSPENDED,), MandateStatus.LIVE),
    "cancel": (
        (
            MandateStatus.SIGNED,
            MandateStatus.LODGED,
            MandateStatus.LIVE,
            MandateStatus.SUSPENDED,
            MandateStatus.DORMANT,
        ),
        MandateStatus.CANCELLED,
    ),
    "let sleep": ((MandateStatus.LODGED, MandateStatus.LIVE, MandateStatus.SUSPENDED), MandateStatus.DORMANT),
    "reinstate": ((MandateStatus.CANCELLED,), MandateStatus.LIVE),
}

COLLECTION_FOLLOWS: dict[str, tuple[tuple[CollectionStatus, ...], CollectionStatus]] = {
    "request": ((CollectionStatus.ANNOUNCED,), CollectionStatus.REQUESTED),
    "collect": ((CollectionStatus.REQUESTED, CollectionStatus.REPRESENTED), CollectionStatus.COLLECTED),
    "return": (
        (CollectionStatus.REQUESTED, CollectionStatus.COLLECTED, CollectionStatus.REPRESENTED),
        CollectionStatus.RETURNED,
    ),
    "represent": ((CollectionStatus.RETURNED,), CollectionStatus.REPRESENTED),
    "claim": ((CollectionStatus.COLLECTED,), CollectionStatus.CLAIMED),
    "cancel": (
        (CollectionStatus.ANNOUNCED, CollectionStatus.REQUESTED, CollectionStatus.REPRESENTED),
        CollectionStatus.CANCELLED,
    ),
}

IN_USE = (MandateStatus.LODGED, MandateStatus.LIVE)  # announced by; money moves by a live one alone
OPEN = (CollectionStatus.ANNOUNCED, CollectionStatus.REQUESTED, CollectionStatus.REPRESENTED)  # money on its way
BACK = (CollectionStatus.RETURNED, CollectionStatus.CLAIMED)  # money that did not come, or went back


def mandate_after(action: str, status: MandateStatus, ref: str) -> MandateStatus:
    """How a mandate stands after an action. Raises WrongState."""
    allowed, then = MANDATE_FOLLOWS[action]
    if status not in allowed:
        raise WrongState(
            f"You cannot {action} the mandate {ref}: it is {status}.", f"That follows from {' or '.join(allowed)}."
        )
    return then


def collection_after(action: str, status: CollectionStatus, nr: int) -> CollectionStatus:
    """How a collection stands after an action. Raises WrongState."""
    allowed, then = COLLECTION_FOLLOWS[action]
    if status not in allowed:
        raise WrongState(
            f"You cannot {action} collection {nr}: it is {status}.", f"That follows from {' or '.join(allowed)}."
        )
    return then
