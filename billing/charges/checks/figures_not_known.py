"""Charges for days on which what people keep is not known: assessments of before are carried on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.seen import Seen, several
from finance.days import spoken
from finance.money import sterling
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("figures not known", LOOK, "charges past the last day for which what people keep is known")
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    from billing.assessments.figures_store import figures_in_columns  # these bring what assesses
    from billing.charges.checks.figures_not_known_store import read_assessed_before
    from finance.assessment.figures import known_up_to, statutory_figures

    bulk, run = seen.bulk, seen.run
    end = known_up_to(figures_in_columns(bulk, statutory_figures()))
    if end is None or run.up_to <= end:
        return
    people = read_assessed_before(bulk, end, max(end, run.window_starts), run.known)
    rows = seen.lines.filter(
        pc.and_(
            pc.is_in(seen.lines["person"], pa.array(sorted(people), pa.int64())),
            pc.and_(pc.greater(seen.lines["amount"], 0), pc.greater(seen.lines["period_ends"], pa.scalar(end))),
        )
    )
    if rows.num_rows:
        amount = pc.sum(rows["amount"]).as_py()
        who = several(len(pc.unique(rows["person"])), "person", "people")
        yield CHECK.found(
            f"{who} charged {sterling(amount)} for periods past {spoken(end - dt.timedelta(days=1))}, the last day for "
            "which what people keep is known, by assessments of before it. Give the new figures and assess everybody "
            "again.",
            amount=amount,
        )
