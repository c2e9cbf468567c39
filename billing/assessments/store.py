"""The SQL of circumstances and assessments, through the door for records. ``caseload`` has its own for columns."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, insert, or_, select

from billing.assessments.decisions import Decision
from billing.assessments.figures_store import figures_now
from billing.assessments.rates import Rates
from billing.assessments.records import PersonAssessed, fold
from billing.assessments.tables import (
    FACTS,
    assessment,
    assessment_batch,
    assessment_look,
    assessment_refusal,
    asset,
    circumstance,
    figure_confirmation,
    figure_override,
    income,
    override_approval,
    rates_used,
)
from finance.assessment import AssessmentPolicy, Confirmation, Setting
from finance.facts.tables import change, person
from finance.facts.versions import believed
from finance.locking import Alone
from finance.parameters import Parameters

_AT_ONCE = 500  # people asked about in one query


def latest_change(connection: Connection) -> int:
    """The number of the last change recorded; nought when there is none."""
    return int(connection.execute(select(func.max(change.c.nr))).scalar_one() or 0)


def numbers(connection: Connection, refs: Sequence[str]) -> dict[str, int]:
    """People's numbers by reference, of those believed now."""
    query = select(person.c.ref, person.c.nr).where(person.c.superseded.is_(None), person.c.ref.in_(refs))
    return {row.ref: row.nr for row in connection.execute(query)}


def refs(connection: Connection, nrs: Sequence[int]) -> dict[int, tuple[str, str]]:
    """People's references and names by number."""
    found: dict[int, tuple[str, str]] = {}
    for first in range(0, len(nrs), _AT_ONCE):
        query = select(person.c.nr, person.c.ref, person.c.name).where(
            person.c.superseded.is_(None), person.c.nr.in_(list(nrs[first : first + _AT_ONCE]))
        )
        found.update({nr: (ref, name) for nr, ref, name in connection.execute(query)})
    return found


def people(connection: Connection, nrs: Sequence[int], known: int | None = None) -> dict[int, PersonAssessed]:
    """People with all their circumstances, as believed at a change (now, when None)."""
    found: dict[int, PersonAssessed] = {}
    for first in range(0, len(nrs), _AT_ONCE):
        some = list(nrs[first : first + _AT_ONCE])
        rows: dict[int, dict[str, list[Any]]] = {nr: {} for nr in some}
        for name, table in FACTS.items():
            for fact in connection.execute(_facts(table, some, known)).mappings():
                rows[fact["person"]].setdefault(name, []).append(fact)
        who = select(person).where(person.c.nr.in_(some), believed(person, known))
        for row in connection.execute(who):
            found[row.nr] = fold(row.nr, row.ref, row.name, row.born, row.died, rows[row.nr])
    return found


def _facts(table: Table, nrs: list[int], known: int | None) -> Select[Any]:
    told = (change.c.moment, change.c.by, change.c.source)
    query = select(table, *told).join(change, change.c.nr == table.c.learned)
    if table is figure_override:
        said = (override_approval.c.override == table.c.nr) & (override_approval.c.learned == table.c.learned)
        if known is not None:
            said &= override_approval.c.change <= known
        query = select(table, *told, override_approval.c.approved_by).join(change, change.c.nr == table.c.learned)
        query = query.outerjoin(override_approval, said)
    return query.where(table.c.person.in_(nrs), believed(table, known)).order_by(table.c.nr)


def keep_rates(connection: Connection, rates: Rates) -> str:
    """Keep figures and policy once; gives their hash."""
    text = rates.text()
    sha256 = rates.sha256
    connection.execute(Alone(rates_used))
    if connection.execute(select(rates_used.c.sha256).where(rates_used.c.sha256 == sha256)).first() is None:
        connection.execute(insert(rates_used).values(sha256=sha256, policy=rates.policy.title, content=text))
    return sha256


def rates_kept(connection: Connection, sha256: str) -> Rates:
    return Rates.read(
        connection.execute(select(rates_used.c.content).where(rates_used.c.sha256 == sha256)).scalar_one()
    )


def confirmations(connection: Connection, known: int | None = None) -> tuple[Confirmation, ...]:
    """What the council has confirmed, one Confirmation for each day and change."""
    query = select(figure_confirmation).order_by(figure_confirmation.c.change, figure_confirmation.c.name)
    if known is not None:
        query = query.where(figure_confirmation.c.change <= known)
    held: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        held.setdefault(row.change, []).append(row)
    return tuple(
        Confirmation(
            rows[0].day,
            {row.name: _value(row.value) for row in rows},
            rows[0].confirmed_by,
            rows[0].confirmed_on,
            rows[0].source,
        )
        for rows in held.values()
    )


def add_confirmation(connection: Connection, learned: int, said: Confirmation) -> None:
    rows = [
        {
            "change": learned,
            "name": name,
            "day": said.day,
            "value": json.dumps(value, default=str),
            "confirmed_by": said.confirmed_by,
            "confirmed_on": said.confirmed_on,
            "source": said.source,
        }
        for name, value in said.values.items()
    ]
    connection.execute(insert(figure_confirmation), rows)


def _value(text: str) -> object:
    value = json.loads(text)
    return Decimal(value) if isinstance(value, str) and value.replace(".", "", 1).isdigit() else value


def rates_now(connection: Connection, policy: AssessmentPolicy, figures: Parameters, known: int | None = None) -> Rates:
    """A policy, and figures with those the council has given and what it has confirmed of them."""
    return Rates(policy, figures_now(connection, figures, known), confirmations(connection, known))


def add_batch(
    connection: Connection, learned: int, kind: str, known: int, rates: str, uprating: int | None = None
) -> None:
    values = {"change": learned, "kind": kind, "known": known, "rates": rates, "uprating": uprating}
    connection.execute(insert(assessment_batch).values(**values))


def batch(connection: Connection, learned: int) -> Row[Any] | None:
    """What a batch of assessments was made from."""
    return connection.execute(select(assessment_batch).where(assessment_batch.c.change == learned)).first()


def add_words(connection: Connection, nr: int, words: Iterable[Decision]) -> None:
    """Add one person's assessments."""
    rows = [
        {
            "person": nr,
            "starts": each.starts,
            "ends": each.ends,
            "learned": each.learned,
            "charge": each.charge,
            "council_pays": each.council_pays,
            "how": each.how,
            "can_pay": each.can_pay,
        }
        for each in words
    ]
    if rows:
        connection.execute(insert(assessment), rows)


MOST = func.coalesce(assessment.c.can_pay, assessment.c.charge).label("charge")
"""The most that may be charged a week: what can be paid where it is known, else as it was kept, held at a cost."""


def words(connection: Connection, nr: int, known: int | None = None) -> list[Decision]:
    """Everything said about one person's charge, as known at a change (now, when None)."""
    query = select(assessment).where(assessment.c.person == nr)
    if known is not None:
        query = query.where(assessment.c.learned <= known)
    return [
        Decision(row.starts, row.ends, row.charge, row.council_pays, row.how, row.learned, row.can_pay)
        for row in connection.execute(query.order_by(assessment.c.learned, assessment.c.starts))
    ]


def add_refusals(connection: Connection, learned: int, rows: Sequence[tuple[int, dt.date, str]]) -> None:
    """Who could not be assessed in a batch, and why."""
    if rows:
        connection.execute(
            insert(assessment_refusal),
            [{"change": learned, "person": nr, "starts": starts, "what": what} for nr, starts, what in rows],
        )


def due_for_review(connection: Connection, by: dt.date) -> list[Row[Any]]:
    """People whose circumstances are to be looked at again by a day: number, ref, name, review day, provisional."""
    query = (
        select(
            person.c.nr,
            person.c.ref,
            person.c.name,
            circumstance.c.review,
            circumstance.c.provisional,
            circumstance.c.starts,
        )
        .join(person, (person.c.nr == circumstance.c.person) & person.c.superseded.is_(None))
        .where(circumstance.c.superseded.is_(None), circumstance.c.review <= by, person.c.died.is_(None))
        .where(or_(circumstance.c.ends.is_(None), circumstance.c.ends > circumstance.c.review))
        .order_by(circumstance.c.review, person.c.ref)
    )
    return list(connection.execute(query))


def with_benefits_and_no_end(connection: Connection, kinds: Sequence[str]) -> list[int]:
    """Permanent residents with an income of some kinds believed to have no last day."""
    query = (
        select(circumstance.c.person)
        .join(income, (income.c.person == circumstance.c.person) & income.c.superseded.is_(None))
        .where(circumstance.c.superseded.is_(None), circumstance.c.setting == str(Setting.PERMANENT))
        .where(income.c.kind.in_(kinds), income.c.ends.is_(None))
        .distinct()
        .order_by(circumstance.c.person)
    )
    return list(connection.execute(query).scalars())


def at_one_sum(connection: Connection, kind: str, first: dt.date) -> list[Row[Any]]:
    """Assets of a kind with no last day that have counted since a day or longer, of the living: ref, name, asset,
    value (pence), starts (None: nobody said), the longest first."""
    query = (
        select(person.c.ref, person.c.name, asset.c.ref.label("asset"), asset.c.value, asset.c.starts)
        .join(asset, (asset.c.person == person.c.nr) & asset.c.superseded.is_(None))
        .where(person.c.superseded.is_(None), person.c.died.is_(None), asset.c.kind == kind, asset.c.ends.is_(None))
        .where(or_(asset.c.starts.is_(None), asset.c.starts <= first))
        .order_by(asset.c.starts.is_not(None), asset.c.starts, person.c.ref, asset.c.ref)
    )
    return list(connection.execute(query))


def looked_at(connection: Connection, learned: Sequence[int]) -> set[tuple[int, dt.date, int]]:
    """The assessments of some changes that somebody has looked at: person, first day, change."""
    query = select(assessment_look.c.person, assessment_look.c.starts, assessment_look.c.learned)
    return {
        (row.person, row.starts, row.learned)
        for row in connection.execute(query.where(assessment_look.c.learned.in_(learned)))
    }


def add_looks(connection: Connection, rows: Sequence[tuple[int, dt.date, int]], by: str, change_nr: int) -> None:
    """Record that somebody looked at these assessments."""
    values = [
        {"person": nr, "starts": starts, "learned": learned, "looked_by": by, "change": change_nr}
        for nr, starts, learned in rows
    ]
    connection.execute(insert(assessment_look), values)


def overrides(connection: Connection, refs_: Sequence[str] | None = None) -> list[Row[Any]]:
    """Overrides believed now, each with its person and who approved it, if anyone."""
    said = (override_approval.c.override == figure_override.c.nr) & (
        override_approval.c.learned == figure_override.c.learned
    )
    query = (
        select(figure_override, person.c.ref.label("person_ref"), override_approval.c.approved_by)
        .join(person, (person.c.nr == figure_override.c.person) & person.c.superseded.is_(None))
        .outerjoin(override_approval, said)
        .where(figure_override.c.superseded.is_(None))
        .order_by(figure_override.c.ends, figure_override.c.ref)
    )
    if refs_ is not None:
        query = query.where(figure_override.c.ref.in_(refs_))
    return list(connection.execute(query))


def next_override(connection: Connection) -> int:
    return 1 + int(connection.execute(select(func.max(figure_override.c.nr))).scalar_one() or 0)


def add_override(connection: Connection, learned: int, nr: int, values: dict[str, Any]) -> None:
    connection.execute(insert(figure_override).values(nr=nr, learned=learned, **values))


def approve_override(connection: Connection, row: Row[Any], by: str, learned: int) -> None:
    """Record a second person's word. The database refuses the requester's own."""
    connection.execute(
        insert(override_approval).values(
            override=row.nr, learned=row.learned, requested_by=row.requested_by, approved_by=by, change=learned
        )
    )
