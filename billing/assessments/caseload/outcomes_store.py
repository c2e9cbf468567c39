"""Assessments by the hundred thousand into the database, and what stands read back, as columns."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from sqlalchemy import or_, select

from billing.assessments.caseload.outcomes import Outcomes
from billing.assessments.rates import Rates
from billing.assessments.tables import assessment, assessment_batch, assessment_refusal, rates_used
from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER, day
from finance.locking import Alone


def dates(numbers: Ints) -> pa.Array:
    """Day numbers as dates, empty for FOR_EVER."""
    return pa.array(np.minimum(numbers, FOR_EVER).astype(np.int32), pa.int32(), mask=numbers >= FOR_EVER).cast(
        pa.date32()
    )


def add_batch(bulk: Bulk, learned: int, kind: str, known: int, rates: Rates) -> None:
    """Record what a batch is made from, keeping its figures once."""
    sha256 = rates.sha256
    bulk.execute(Alone(rates_used))
    if not bulk.read(select(rates_used.c.sha256).where(rates_used.c.sha256 == sha256)).num_rows:
        bulk.append(
            rates_used, pa.table({"sha256": [sha256], "policy": [rates.policy.title], "content": [rates.text()]})
        )
    bulk.append(assessment_batch, pa.table({"change": [learned], "kind": [kind], "known": [known], "rates": [sha256]}))


def add_outcomes(bulk: Bulk, made: Outcomes, learned: int) -> int:
    """Store assessments, and who was refused. Gives how many assessments were stored.

    A refusal takes nothing back: what stood goes on standing until somebody can be assessed.
    """
    refused = made.refused
    good = made if not refused.any() else made.take(np.flatnonzero(~refused))
    bulk.append(assessment, words(good, learned))
    bad = np.flatnonzero(refused)
    if len(bad):
        bulk.append(
            assessment_refusal,
            pa.table(
                {
                    "change": np.full(len(bad), learned, np.int64),
                    "person": made.person[bad],
                    "starts": dates(made.starts[bad]),
                    "what": pa.array([made.reasons[place] for place in made.reason[bad]], pa.string()),
                }
            ),
        )
    return len(good)


def words(made: Outcomes, learned: int) -> pa.Table:
    """Rows as the table of assessments keeps them."""
    return pa.table(
        {
            "person": made.person,
            "starts": dates(made.starts),
            "learned": np.full(len(made), learned, np.int64),
            "ends": dates(made.ends),
            "charge": made.charge,
            "council_pays": made.council_pays,
            "how": made.how.astype(np.int16),
            "can_pay": pa.array(made.can_pay, mask=made.can_pay < 0),
        }
    )


def batches_of(bulk: Bulk, kinds: Sequence[str]) -> set[int]:
    """The changes that made assessments in batches of some kinds."""
    return set(
        ints(bulk.read(select(assessment_batch.c.change).where(assessment_batch.c.kind.in_(kinds))), "change").tolist()
    )


def standing_on(bulk: Bulk, on: int, known: int | None = None) -> pa.Table:
    """What stands on a day, as known at a change (now, when None): one row a person, in order of person."""
    when = day(on)
    query = select(
        assessment.c.person,
        assessment.c.learned,
        assessment.c.charge,
        assessment.c.council_pays,
        assessment.c.how,
        assessment.c.starts,
        assessment.c.ends,
    ).where(assessment.c.starts <= when, or_(assessment.c.ends.is_(None), assessment.c.ends > when))
    if known is not None:
        query = query.where(assessment.c.learned <= known)
    found = bulk.read(query)
    person, learned = ints(found, "person"), ints(found, "learned")
    order = np.lexsort((learned, person))
    last = np.append(person[order][1:] != person[order][:-1], True) if len(order) else np.empty(0, bool)
    latest = found.take(pa.array(order[last]))
    return latest.filter(pa.array(ints(latest, "charge") >= 0))
