"""The SQL of versions: facts read in every version, with who told us of each; references, and those near them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, select

from finance.facts import tables as t
from finance.facts.versions import Row, Versions

_OF_A_LINE = (t.agreed_rate, t.suspension, t.funding_share, t.contribution, t.nursing_award)
_NEAR = 500


def rows_of(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def numbers(rows: Iterable[Row], *columns: str) -> set[int]:
    """Every number in these columns."""
    return {row[name] for row in rows for name in columns if row.get(name) is not None}


class Reading:
    """Reads facts in every version, table by table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: dict[str, list[Row]] = {}

    def where(self, table: Table, condition: ColumnElement[bool], called: str | None = None) -> list[Row]:
        query = select(table).where(condition).order_by(table.c.learned, table.c.nr)
        self.rows[called or table.name] = rows_of(self._connection, query)
        return self.rows[called or table.name]

    def read(self, table: Table, column: str, values: Iterable[Any]) -> list[Row]:
        return self.where(table, table.c[column].in_(sorted(set(values))))

    def around(self, rows: Sequence[Row]) -> None:
        """What lines, blocks or adjustments point at: their contracts, payees, pay calendars, services and people."""
        contracts = self.read(t.contract, "nr", numbers(rows, "contract"))
        self.read(t.contract_terms, "contract", numbers(contracts, "nr"))
        self.read(t.payee, "nr", numbers([*rows, *contracts], "payee"))
        self.read(t.pay_calendar, "nr", numbers([*rows, *contracts], "calendar"))
        self.read(t.service, "nr", numbers(rows, "service"))
        self.read(t.person, "nr", numbers(rows, "person"))

    def of_lines(self, lines: Sequence[Row]) -> None:
        """What bears on service lines: what points at them, their packages, and the prices they look to."""
        self.around(lines)
        self.read(t.package, "nr", numbers(lines, "package"))
        for table in _OF_A_LINE:
            self.read(table, "line", numbers(lines, "nr"))
        self.read(t.funder, "nr", numbers(self.rows["funding_share"], "funder"))
        for table in (t.rate, t.block):
            of_contract = table.c.contract.in_(sorted(numbers(lines, "contract")))
            self.where(table, and_(of_contract, table.c.service.in_(sorted(numbers(lines, "service")))))
        self.read(t.nursing_rate, "band", {row["band"] for row in self.rows["nursing_award"]})
        self._beside(lines)

    def _beside(self, lines: Sequence[Row]) -> None:
        """Other lines of one person for one service, which may have begun an absence that a line goes on with."""
        own = numbers(lines, "nr")
        if not self.rows["suspension"]:
            return
        sl = t.service_line
        who = and_(sl.c.person.in_(numbers(lines, "person")), sl.c.service.in_(numbers(lines, "service")))
        others = self.where(sl, and_(who, sl.c.nr.not_in(own)), "line_beside")
        self.where(t.suspension, t.suspension.c.line.in_(numbers(others, "nr")), "suspension_beside")
        self.where(t.package, t.package.c.nr.in_(numbers(others, "package")), "package_beside")
        self.where(t.contract, t.contract.c.nr.in_(numbers(others, "contract")), "contract_beside")

    def versions(self, *more: int) -> Versions:
        """All that was read, with every change that told of it; and ``more`` changes."""
        told = numbers([row for rows in self.rows.values() for row in rows], "learned", "superseded")
        found = rows_of(self._connection, select(t.change).where(t.change.c.nr.in_(sorted({*told, *more}))))
        return Versions(self.rows, {row["nr"]: row for row in found})


def find(connection: Connection, table: Table, ref: str) -> Row | None:
    """A fact by reference, as last believed."""
    c = table.c
    query = select(table).where(c.ref == ref).order_by(c.superseded.is_not(None), c.learned.desc())
    return next(iter(rows_of(connection, query.limit(1))), None)


def near(connection: Connection, tables: Iterable[Table], ref: str) -> list[str]:
    """References that begin as this one does: as many of its letters as some reference shares."""
    some = list(tables)
    for length in range(len(ref), 0, -1):
        found: list[str] = []
        for table in some:
            begins = func.lower(table.c.ref).startswith(ref[:length].lower(), autoescape=True)
            query = select(table.c.ref).where(begins, table.c.superseded.is_(None)).order_by(table.c.ref).limit(_NEAR)
            found += connection.execute(query).scalars()
        if found:
            return found
    return []


def lines_of(connection: Connection, ref: str) -> tuple[str, list[str]] | None:
    """What else a reference names, a person or a package, and the lines it has."""
    sl = t.service_line.c
    for table in (t.person, t.package):
        found = find(connection, table, ref)
        if found:
            mine = select(sl.ref).where(sl[table.name] == found["nr"], sl.superseded.is_(None)).order_by(sl.ref)
            return table.name, list(connection.execute(mine).scalars())
    return None
