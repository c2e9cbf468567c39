"""Who told us of what decides the money of a run, and who confirmed it: read for whoever is to sign for it."""

from typing import Any

import numpy as np
import pyarrow.compute as pc
from sqlalchemy import Connection, Date, bindparam, column, literal, or_, select, table

from finance.columns import ints
from finance.facts.versions import believed
from ledgers.deciders import LINE_COLUMNS, decided
from ledgers.lines_store import read_proposal
from ledgers.runs import Run
from ledgers.streams import STREAMS, Decider
from ledgers.told_by import ToldBy

_change = table("change", column("nr"), column("by"))
_of_banks = table("bank_confirmation", column("bank_detail"), column("learned"), column("confirmed_by"))
_of_rows = table("waiting_answer", column("change"), column("answer"), column("answered_by"))


def read_told_by(connection: Connection, run: Run) -> list[ToldBy]:
    """Who told of what decides the lines of a run: of what goes on deciding run after run, only what the run before did
    not know or what begins in its days. The most money first.
    """
    lines = read_proposal(connection, run.nr, LINE_COLUMNS)
    lines = lines.filter(pc.not_equal(lines["amount"], 0))
    amounts = ints(lines, "amount")
    found: dict[tuple[str, str, str | None], tuple[int, Any]] = {}
    for decider in STREAMS[run.stream].deciders:
        values: dict[tuple[str, str | None], list[int]] = {}
        for value, by, second in _told(connection, decider, run):
            values.setdefault((by, second), []).append(value)
        for (by, confirmed_by), theirs in values.items():
            touched = decided(lines, decider, theirs)
            if touched.any():
                key = (by, decider.words, confirmed_by)
                facts, before = found.get(key, (0, np.zeros(len(touched), bool)))
                count = int(np.isin(theirs, ints(lines, decider.among)[touched]).sum())
                found[key] = facts + count, before | touched
    made = [
        ToldBy(by, words, confirmed_by, facts, int(touched.sum()), int(amounts[touched].sum()))
        for (by, words, confirmed_by), (facts, touched) in found.items()
    ]
    return sorted(made, key=lambda each: (-abs(each.pence), each.words, each.by))


def _told(connection: Connection, decider: Decider, run: Run) -> list[tuple[int, str, str | None]]:
    """What facts of a table that a run knew of are told by among its lines, by whom, and who confirmed it."""
    more = {each for each in (decider.begins, decider.column, "nr") if each}
    fact = table(decider.table, column("learned"), column("superseded"), *(column(each) for each in sorted(more)))
    c = fact.c
    said, of_a_bank = _of_banks.c, decider.table == "bank_detail"
    own = said.confirmed_by if of_a_bank else literal(None)
    query = select(c[decider.column], c.learned, _change.c.by, own).join(_change, _change.c.nr == c.learned)
    if of_a_bank:
        query = query.outerjoin(_of_banks, (said.bank_detail == c.nr) & (said.learned == c.learned))
    query = query.where(believed(fact, run.known), c[decider.column].is_not(None))
    if decider.lasting:
        news = [c.learned > run.known_before]
        if decider.begins:
            news.append(c[decider.begins] >= bindparam("begins", run.window_starts, Date))
        query = query.where(or_(*news))
    rows = connection.execute(query).all()
    confirmed = select(_of_rows.c.change, _of_rows.c.answered_by).where(_of_rows.c.answer == "confirmed")
    second = {row.change: row.answered_by for row in connection.execute(confirmed)}
    told = [(int(value), str(by), signed or second.get(learned)) for value, learned, by, signed in rows]
    if not decider.through or not told:
        return told
    name, meant = decider.through
    owner = table(name, column("nr"), column("learned"), column("superseded"), column(meant))
    owned = select(owner.c.nr, owner.c[meant]).where(believed(owner, run.known))
    means = {int(nr): int(value) for nr, value in connection.execute(owned) if value is not None}
    return [(means[value], by, signed) for value, by, signed in told if value in means]
