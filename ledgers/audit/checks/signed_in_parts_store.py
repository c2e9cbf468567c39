"""Who signed alone for which runs, and what they may sign for now."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ledgers.audit.findings import looked_at_from
from ledgers.officers.authority import Authority
from ledgers.officers.store import read_standing
from ledgers.tables import approval


@dataclass(frozen=True, slots=True)
class SignedAlone:
    """Signatures that were enough alone, in order of run; and who may sign for what now."""

    signatures: Sequence[Any]
    now: Authority


def read_signed(connection: Connection, on: dt.date) -> SignedAlone:
    a = approval.c
    query = select(a.run, a.prepared_by, a.approved_by, a.role, a.to_sign_for, a.approved_at)
    begins = looked_at_from(on)
    rows = connection.execute(query.where(a.needed == 1, a.approved_at >= begins).order_by(a.run)).all()
    return SignedAlone(rows, read_standing(connection))
