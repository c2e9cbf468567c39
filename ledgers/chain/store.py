"""SQL of the chain: its links, and what each is about as the database holds it now."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    column,
    insert,
    literal,
    or_,
    select,
    table,
)

from finance.columns import Bulk
from finance.locking import Alone
from ledgers import tables as t
from ledgers.chain.covering import ENTRY, as_lines, entry_lines
from ledgers.chain.links import (
    APPROVAL,
    CHOICES,
    CONFIRMED,
    DEBT_MADE,
    OFFICERS,
    PART,
    RUN,
    URGENT,
    About,
    ChainLink,
    following,
    sha256,
)
from ledgers.chain.tables import chain_link
from ledgers.policy.tables import policy_choices, policy_version
from ledgers.policy.versions import FIGURES, POLICY
from ledgers.runs import POSTED
from ledgers.streams import DEBT

_link = chain_link.c
_waiting_row = table(
    "waiting_row",
    *(column("nr", BigInteger), column("extract", Text), column("source_row", Integer), column("ref", Text)),
    *(column("content", Text), column("why", Text)),
)
_waiting_answer = table(
    "waiting_answer",
    *(column("waiting", BigInteger), column("answer", Text), column("answered_by", Text), column("role", Text)),
    *(column("answered_at", DateTime), column("change", BigInteger)),
)
Door = Connection | Bulk


@dataclass(frozen=True)
class _Covered:
    """Rows that a link covers: their columns, in what order, whose they are, and which of them count."""

    columns: Sequence[ColumnElement[Any]]
    of: ColumnElement[Any]
    counts: ColumnElement[bool]
    place: ColumnElement[Any] | None = None

    @property
    def names(self) -> list[str]:
        return [str(each.key) for each in self.columns]

    def query(self, of: int | None) -> Select[Any]:
        place = literal(0) if self.place is None else self.place
        rows = select(self.of.label("link_of"), place.label("link_place"), *self.columns).where(self.counts)
        return rows if of is None else rows.where(self.of == of)


def _named(table: Any, *names: str) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _version(kind: str) -> _Covered:
    names = "nr kind starts name content sha256 reason asked_by asked_at founding confirmed_by confirmed_role"
    v = policy_version.c
    columns = _named(policy_version, *names.split(), "confirmed_at")
    return _Covered(columns, v.nr, and_(v.kind == kind, v.confirmed_by.is_not(None)))


_of_run = "nr stream calendar_name up_to window_starts pay_date known run_before prepared_by drafted_at submitted_by"
_of_approval = "run place needed prepared_by submitted_by approved_by role limit total to_sign_for day_total signature"
_of_officers = "nr name role limit rights alone reason asked_by asked_at founding confirmed_by confirmed_at"
_ended = and_(t.officer_change.c.role.is_(None), t.officer_change.c.name.is_not(None))
COVERED: dict[str, _Covered] = {
    RUN: _Covered(
        _named(
            t.run,
            *_of_run.split(),
            *("submitted_at", "signature", "lines", "total", "to_sign_for", "policy", "policy_version", "released_at"),
        ),
        t.run.c.nr,
        t.run.c.status.in_(POSTED),
    ),
    URGENT: _Covered(
        _named(t.run, "nr", "urgent_for", "urgent_nr", "urgent_why"),
        t.run.c.nr,
        and_(t.run.c.status.in_(POSTED), t.run.c.urgent_for.is_not(None)),
    ),
    APPROVAL: _Covered(
        _named(t.approval, *_of_approval.split(), "approved_at", "note"),
        t.approval.c.run,
        t.approval.c.place > 0,
        t.approval.c.place,
    ),
    POLICY: _version(POLICY),
    FIGURES: _version(FIGURES),
    CHOICES: _Covered(
        _named(policy_choices, "stream", "version", "choices"),
        policy_choices.c.version,
        policy_choices.c.version.in_(
            select(policy_version.c.nr).where(policy_version.c.confirmed_by.is_not(None)).scalar_subquery()
        ),
    ),
    OFFICERS: _Covered(
        _named(t.officer_change, *_of_officers.split()),
        t.officer_change.c.nr,
        or_(t.officer_change.c.confirmed_by.is_not(None), _ended),
    ),
    CONFIRMED: _Covered(
        [
            *_named(_waiting_row, "nr", "extract", "source_row", "ref", "content", "why"),
            *_named(_waiting_answer, "answered_by", "role", "answered_at"),
        ],
        _waiting_answer.c.change,
        and_(_waiting_answer.c.answer == "confirmed", _waiting_answer.c.waiting == _waiting_row.c.nr),
    ),
}
"""What is covered of rows that verbs write one by one. Entries come in columns, and are covered by part."""


def add_links(door: Door, about: Iterable[About], at: dt.datetime, posted: Iterable[tuple[About, str]] = ()) -> None:
    """Put what this transaction has written into the chain, last of all it does: whoever else adds links waits for it.

    ``posted``: entries, with the digest of what they say. What the rest holds is read.
    """
    covered = [*posted, *((each, sha256(rows_of(door, each))) for each in about)]
    if not covered:
        return
    door.execute(Alone(chain_link))
    last = _read(door, select(_link.nr, _link.digest).order_by(_link.nr.desc()).limit(1))
    rows = [asdict(each) for each in following((last[0][0], last[0][1]) if last else None, covered, at)]
    if isinstance(door, Connection):
        door.execute(insert(chain_link), rows)
    else:
        door.append(chain_link, pa.Table.from_pylist(rows))


def read_links(connection: Connection) -> list[ChainLink]:
    """Every link, in order."""
    return [ChainLink(**row._mapping) for row in connection.execute(select(chain_link).order_by(_link.nr))]


def rows_of(door: Door, about: About) -> bytes:
    """What the database holds now of one thing."""
    covered = COVERED[about.what]
    rows = [each[2:] for each in _read(door, covered.query(about.of)) if each[1] == about.place]
    return as_lines(covered.names, sorted(rows, key=_first))


def rows_held(connection: Connection, what: str, of: int | None = None) -> Iterator[tuple[About, bytes]]:
    """What the database holds now of all of one kind that must be in the chain; of one run, where it is named."""
    covered = COVERED[what]
    rows: dict[About, list[Sequence[Any]]] = {}
    for each in _read(connection, covered.query(of)):
        rows.setdefault(About(what, each[0], each[1]), []).append(each[2:])
    for about, theirs in sorted(rows.items()):
        yield about, as_lines(covered.names, sorted(theirs, key=_first))


def _first(row: Sequence[Any]) -> Any:
    """What orders the rows a link covers: its words by their letters, whatever the server’s language."""
    return row[0]


def nothing_of(what: str) -> bytes:
    """What is held of a thing that is not there: a signature taken back."""
    return as_lines(COVERED[what].names if what in COVERED else ENTRY, ())


def runs_with_entries(connection: Connection) -> list[int]:
    """Every run the ledger has entries of."""
    return list(connection.execute(select(t.entry.c.run).distinct().order_by(t.entry.c.run)).scalars())


def entries_held(bulk: Bulk, run: int, codes: Mapping[int, str]) -> Iterator[tuple[About, bytes]]:
    """The entries the ledger holds now of a run, part by part. A balance made a debt later is one by itself."""
    c = t.entry.c
    entries = bulk.read(select(*(c[name] for name in ENTRY)).where(c.run == run))
    of_debts = pc.equal(entries["kind"], DEBT)
    lines, debts = entries.filter(pc.invert(of_debts)), entries.filter(of_debts)
    for what, rows, place in ((PART, lines, "chunk"), (DEBT_MADE, debts, "party")):
        for number in sorted(rows[place].unique().to_pylist()):
            yield About(what, run, number), entry_lines(rows.filter(pc.equal(rows[place], number)), codes)


def read_codes(connection: Connection) -> dict[int, str]:
    """The code of every account, by its number."""
    a = t.account.c
    parts = (a.entity, a.cost_centre, a.subjective, a.analysis)
    return {row[0]: "-".join(row[1:]) for row in connection.execute(select(a.nr, *parts))}


def _read(door: Door, query: Select[Any]) -> list[tuple[Any, ...]]:
    if isinstance(door, Connection):
        return [tuple(row) for row in door.execute(query)]
    return [tuple(row.values()) for row in door.read(query).to_pylist()]
