"""What has been learned since of care and its prices, and which lines it bears on."""

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, Select, Table, and_, select, union_all

from finance.columns import Bulk, Ints, ends, ints
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.keys import packed
from finance.timelines import distinct

NEWS_TABLES = (
    t.service_line,
    t.package,
    t.person,
    t.contract,
    t.contract_terms,
    t.rate,
    t.agreed_rate,
    t.suspension,
    t.funding_share,
    t.contribution,
    t.nursing_award,
    t.nursing_rate,
    t.block,
    t.adjustment,
)


def read_touched(bulk: Bulk, table: Table, before: int, known: int) -> pa.Table:
    """Versions of a fact learned or superseded after change ``before``, up to change ``known``."""
    own = [each for each in table.c if each.name not in ("source_row", "ref")]
    return bulk.read(
        union_all(
            select(*own).where(table.c.learned > before, table.c.learned <= known),
            select(*own).where(table.c.learned <= before, table.c.superseded > before, table.c.superseded <= known),
        )
        .subquery()
        .select()
    )


def read_lines_by(bulk: Bulk, column: str, owners: Ints, known: int) -> tuple[Ints, Ints]:
    """(line, owner) for every line whose ``column`` is one of ``owners``."""
    staged = bulk.stage(f"news_{column}", pa.table({"owner": owners}))
    mine = t.service_line.c[column]
    rows = bulk.read(_lines_with(mine, staged.c.owner, known))
    return ints(rows, "nr"), ints(rows, "owner")


def _lines_with(mine: ColumnElement[int], owner: ColumnElement[int], known: int) -> Select[tuple[int, int]]:
    return (
        select(t.service_line.c.nr, mine.label("owner"))
        .where(believed(t.service_line, known))
        .where(mine.in_(select(owner)))
    )


def read_blocks_by_contract(bulk: Bulk, contracts: Ints, known: int) -> tuple[Ints, Ints]:
    """(block, contract) for every block of these contracts."""
    staged = bulk.stage("news_blocks", pa.table({"owner": contracts}))
    b = t.block.c
    rows = bulk.read(select(b.nr, b.contract).where(believed(t.block, known), b.contract.in_(select(staged.c.owner))))
    return ints(rows, "nr"), ints(rows, "contract")


def read_award_lines(bulk: Bulk, known: int) -> Ints:
    """Lines with NHS-funded nursing care."""
    return distinct(ints(bulk.read(select(t.nursing_award.c.line).where(believed(t.nursing_award, known))), "line"))


def read_lines_of_service(bulk: Bulk, contract: Ints, service: Ints, known: int) -> tuple[Ints, Ints]:
    """(line, place) for lines on any of these (contract, service) pairs."""
    wanted, place = np.unique(packed(contract, (service, 1 << 24)), return_index=True)
    rows = bulk.read(
        select(t.service_line.c.nr, t.service_line.c.contract, t.service_line.c.service)
        .where(believed(t.service_line, known))
        .where(
            t.service_line.c.contract.in_(
                select(bulk.stage("news_cards", pa.table({"owner": distinct(contract)})).c.owner)
            )
        )
    )
    mine = packed(ints(rows, "contract"), (ints(rows, "service"), 1 << 24))
    at = np.minimum(np.searchsorted(wanted, mine), len(wanted) - 1)
    hit = wanted[at] == mine
    return ints(rows, "nr")[hit], place[at[hit]].astype(np.int64)


def read_begun_away(bulk: Bulk, lines: Ints, known: int) -> tuple[Ints, Ints]:
    """(line, first day it is live) of lines that began in the middle of an absence, where another of these lines is of
    the same person and service.
    """
    sl, k, c, s = t.service_line, t.package, t.contract, t.suspension
    staged = bulk.stage("news_stays", pa.table({"owner": distinct(lines)}))
    these = bulk.read(
        select(sl.c.nr, sl.c.person, sl.c.service)
        .where(sl.c.learned <= known, sl.c.nr.in_(select(staged.c.owner)))
        .distinct()
    )
    rows = bulk.read(
        select(
            sl.c.nr,
            sl.c.person,
            sl.c.service,
            s.c.starts.label("away"),
            s.c.ends.label("back"),
            *(each.c.starts.label(each.name) for each in (sl, k, c)),
        )
        .join_from(s, sl, and_(sl.c.nr == s.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.package, believed(k, known)))
        .join(c, and_(c.c.nr == sl.c.contract, believed(c, known)))
        .where(believed(s, known))
    )
    own, package, contract = (ints(rows, each.name) for each in (sl, k, c))
    first = np.maximum(np.maximum(own, package), contract)
    nr, whose = ints(rows, "nr"), _whose(rows)
    nrs, owners = ints(these, "nr"), _whose(these)
    owner, place, count = np.unique(owners, return_index=True, return_counts=True)
    if not len(owner) or not len(nr):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(owner, whose), len(owner) - 1)
    another = (owner[at] == whose) & ((count[at] > 1) | (nrs[place[at]] != nr))
    begun = another & (ints(rows, "away") <= first) & (ends(rows, "back") > first)
    return nr[begun], first[begun]


def _whose(rows: pa.Table) -> Ints:
    return packed(ints(rows, "person"), (ints(rows, "service"), 1 << 24))
