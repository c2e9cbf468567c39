"""What is posted, signed for or confirmed joins one chain of digests, which an auditor can work out again.

What stands already joins it here, after a first link that says how much there was. Of what was changed before, the
chain knows nothing.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_moments,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse_where,
)

revision = "0030"
down_revision = "0029"

KEPT = "A link of the chain is never changed or deleted."
FOLLOWS = "A link of the chain follows the last one: its number and its digest."

ENTRIES = (
    'SELECT e."stream", e."run", e."chunk", e."period_starts", e."subject", e."kind", e."funder", e."party", '
    'e."revision", e."period_ends", {debit} AS "debit", {credit} AS "credit", e."amount", e."effective", e."recorded" '
    "FROM entry e LEFT JOIN account d ON d.nr = e.debit LEFT JOIN account c ON c.nr = e.credit "
)
_NAMED = "stream run chunk period_starts subject kind funder party revision period_ends"
BY_KEY = 'e."period_starts", e."subject", e."kind"{bytes}, e."funder", e."party", e."revision"'
CODE = "{0}.entity || '-' || {0}.cost_centre || '-' || {0}.subjective || '-' || {0}.analysis"
RUN = (
    "nr stream calendar_name up_to window_starts pay_date known run_before prepared_by drafted_at submitted_by "
    "submitted_at signature lines total to_sign_for policy policy_version released_at"
)
APPROVAL = (
    "run place needed prepared_by submitted_by approved_by role limit total to_sign_for day_total signature "
    "approved_at note"
)
VERSION = (
    "nr kind starts name content sha256 reason asked_by asked_at founding confirmed_by confirmed_role confirmed_at"
)
OFFICERS = "nr name role limit rights alone reason asked_by asked_at founding confirmed_by confirmed_at"


def upgrade() -> None:
    op.create_table(
        "chain_link",
        sa.Column("nr", sa.BigInteger(), primary_key=True, autoincrement=False, comment="1, 2, 3 … with none left out"),
        sa.Column(
            "what",
            sa.Text(),
            nullable=False,
            comment="beginning, part, run, debt, approval, policy, figures, choices …",
        ),
        sa.Column("of", sa.BigInteger(), nullable=False, comment="the run, the version, the change it is about"),
        sa.Column(
            "place",
            sa.BigInteger(),
            nullable=False,
            comment="the part, the place among signatures, the payee; 0: but one",
        ),
        sa.Column("at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("covers", sa.Text(), nullable=False, comment="SHA-256 of what it is about, as it was"),
        sa.Column("before", sa.Text(), nullable=False, comment="the digest of the link before"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of all the others"),
        sa.UniqueConstraint("digest"),
        comment="One link for whatever is posted, signed or confirmed, each with the digest of the link before.",
    )
    _begin()
    guard_records({"chain_link": KEPT})
    guard_against_replacing({"chain_link": KEPT})
    guard_numbers(["chain_link"], KEPT)
    guard_moments(["chain_link"], KEPT)
    last = "(SELECT l.{0} FROM chain_link l ORDER BY l.nr DESC LIMIT 1)"
    nought = "0" * 64
    apart = (
        f"NEW.nr <> coalesce({last.format('nr')}, 0) + 1 OR NEW.before <> coalesce({last.format('digest')}, '{nought}')"
    )
    refuse_where("chain_link_follows", "INSERT", "chain_link", FOLLOWS, apart)
    pin_guards()


def _begin() -> None:
    """A link for everything that stands, after one that says how many there are."""
    covered = list(_standing())
    if not covered:
        return
    now = "now() AT TIME ZONE 'UTC'" if op.get_bind().dialect.name == "postgresql" else "CURRENT_TIMESTAMP"
    said = op.get_bind().execute(sa.text(f"SELECT {now}")).scalar_one()
    at = dt.datetime.fromisoformat(str(said)[:19])
    covered.insert(0, (("beginning", len(covered), 0), hashlib.sha256(b"").hexdigest()))
    links, before = [], "0" * 64
    for nr, ((what, of, place), covers) in enumerate(covered, 1):
        line = f"{nr},{what},{of},{place},{at:%Y-%m-%d %H:%M:%S},{covers},{before}\n"
        digest = hashlib.sha256(line.encode()).hexdigest()
        links.append((nr, what, of, place, at, covers, before, digest))
        before = digest
    names = ("nr", "what", "of", "place", "at", "covers", "before", "digest")
    columns = [sa.column(name, sa.DateTime()) if name == "at" else sa.column(name) for name in names]
    op.bulk_insert(sa.table("chain_link", *columns), [dict(zip(names, link, strict=True)) for link in links])


def _standing() -> Iterator[tuple[tuple[str, int, int], str]]:
    counts = "confirmed_by IS NOT NULL"
    yield from _rows("officers", "officer_change", OFFICERS, "nr", f"{counts} OR role IS NULL AND name IS NOT NULL")
    for kind in ("policy", "figures"):
        yield from _rows(kind, "policy_version", VERSION, "nr", f"kind = '{kind}' AND {counts}")
    confirmed = f"version IN (SELECT nr FROM policy_version WHERE {counts})"
    yield from _rows("choices", "policy_choices", "stream version choices", "version", confirmed)
    waited = (
        "SELECT w.nr, w.extract, w.source_row, w.ref, w.content, w.why, a.answered_by, a.role, a.answered_at, a.change "
        "AS change FROM waiting_row w JOIN waiting_answer a ON a.waiting = w.nr WHERE a.answer = 'confirmed'"
    )
    names = "nr extract source_row ref content why answered_by role answered_at"
    yield from _rows("confirmed", f"({waited}) waited", names, "change")
    yield from _rows("approval", "approval", APPROVAL, "run", place="place")
    yield from _entries()
    yield from _rows("run", "run", RUN, "nr", "status IN ('released', 'acknowledged')")


def _rows(
    what: str, table: str, columns: str, of: str, counts: str = "1 = 1", place: str = "0"
) -> Iterator[tuple[tuple[str, int, int], str]]:
    """A digest for each thing a table tells of, by what numbers it."""
    names = columns.split()
    named = ", ".join(f'"{name}"' for name in names)
    in_order = names[0] if names[0] in ("nr", "run") else f"{names[0]}{_bytes()}"
    found = _told(f'SELECT "{of}", {place}, {named} FROM {table} WHERE {counts} ORDER BY 1, 2, {in_order}')
    for (number, at), rows in groupby(found, key=lambda row: (row[0], row[1])):
        yield (what, number, at), _digest(names, (row[2:] for row in rows))


def _entries() -> Iterator[tuple[tuple[str, int, int], str]]:
    """A digest for each part of a run that is posted, and for each balance made a debt."""
    base = ENTRIES.format(debit=CODE.format("d"), credit=CODE.format("c"))
    names = [
        "stream",
        "run",
        "chunk",
        "period_starts",
        "subject",
        "kind",
        "funder",
        "party",
        "revision",
        "period_ends",
        "debit",
        "credit",
    ]
    names += ["amount", "effective", "recorded"]
    key = BY_KEY.format(bytes=_bytes())
    runs = [row[0] for row in _told("SELECT DISTINCT run FROM entry ORDER BY run")]
    for run in runs:
        rows = _told(f"{base} WHERE e.run = {run} AND e.kind <> 'debt' ORDER BY e.chunk, {key}")
        for chunk, theirs in groupby(rows, key=lambda row: row[2]):
            yield ("part", run, chunk), _digest(names, theirs)
        rows = _told(f"{base} WHERE e.run = {run} AND e.kind = 'debt' ORDER BY e.party, {key}")
        for party, theirs in groupby(rows, key=lambda row: row[7]):
            yield ("debt", run, party), _digest(names, theirs)


def _bytes() -> str:
    """Words in the order of their bytes, whatever the language of the server."""
    return ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""


def _told(query: str) -> Iterable[Sequence[Any]]:
    return op.get_bind().execute(sa.text(query))


def _digest(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    made = hashlib.sha256(f"{','.join(map(_written, names))}\n".encode())
    for row in rows:
        said = (_written(value, bare=name in _BARE) for name, value in zip(names, row, strict=True))
        made.update(f"{','.join(said)}\n".encode())
    return made.hexdigest()


_BARE = {
    *("drafted_at", "submitted_at", "released_at", "approved_at", "asked_at", "confirmed_at", "answered_at"),
    *("recorded", "up_to", "window_starts", "pay_date", "starts", "period_starts", "period_ends", "effective"),
}
"""Days and moments, which stand without marks. SQLite keeps them as words."""


def _written(value: Any, bare: bool = False) -> str:
    if value is None:
        return ""
    if bare:
        return str(value)[:19]
    return str(value) if isinstance(value, int) else '"' + str(value).replace('"', '""') + '"'
