"""Facts for a handful of lines, from rows: what explaining a line, or costing care not yet bought, hands the
calculation.

A row is a mapping of a fact table's column names to values (dates, whole numbers, words, None). A run's facts are read
by the column; both are made by ``finance.care_costs.building``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Date, Text

from finance.care_costs.building import WANTED, care_facts, other_lines
from finance.care_costs.facts import CareFacts
from finance.care_costs.stays import OtherLines
from finance.columns import Ints
from finance.facts.tables import metadata

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


def facts_from(rows: Rows) -> CareFacts:
    """Facts as the calculation reads them. Each line's package, person and contract must be among the rows.

    Lines that may have begun an absence which one of these goes on with are under ``line_beside``, and their own
    suspensions, packages and contracts under ``suspension_beside`` and so on.
    """

    def table(name: str, *beside: str) -> pa.Table:
        return _table(name, WANTED[name], [row for each in (name, *beside) for row in rows.get(each, ())])

    def lines_of(_people: Ints) -> OtherLines:
        names = {"service_line": "line_beside", "package": "package_beside", "contract": "contract_beside"}
        return other_lines({name: table(name, beside) for name, beside in names.items()})

    more = {"suspension": ["suspension_beside"]}
    made = care_facts({name: table(name, *more.get(name, ())) for name in WANTED}, lines_of)
    assert len(made.lines) == len(rows.get("service_line", ())), "a line’s contract is not among the rows"
    return made


def _table(name: str, columns: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    """Rows as a table, in order of line and start, or of number."""
    in_order = sorted(rows, key=lambda row: (row["line"], row["starts"]) if "line" in columns else row["nr"])
    return pa.table({each: pa.array([row.get(each) for row in in_order], _kind(name, each)) for each in columns})


def _kind(table: str, column: str) -> pa.DataType:
    kind = metadata.tables[table].c[column].type
    return pa.date32() if isinstance(kind, Date) else pa.string() if isinstance(kind, Text) else pa.int64()
