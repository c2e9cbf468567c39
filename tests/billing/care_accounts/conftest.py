"""A council with care accounts: people told of, charges laid in as a run of charges would leave them, and its terms."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from sqlalchemy import select

from billing.care_accounts import jobs, store
from billing.care_accounts.policy import CareAccountPolicy, DatedAmount
from billing.care_accounts.posted_charges import ROWS, alike_joined
from finance.facts import tables as facts
from finance.facts.store import Change, record_change
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from tests.finance.care_cap.accounts import START, days

AT = dt.datetime(2028, 11, 1, 9)


def terms(
    cap: int = 86_000_00, living: int = 200_00, *more: DatedAmount, begins: dt.date = START, off: dt.date | None = None
) -> CareAccountPolicy:
    """Made-up terms, in pence, from a day."""
    return CareAccountPolicy(
        on_from=begins,
        off_from=off,
        source="made up",
        cap=(DatedAmount(begins, cap, "made up"), *more),
        daily_living_costs=(DatedAmount(begins, living, "made up"),),
    )


@dataclass
class Council:
    """Makers on one database. Each telling and each metering is a minute after the last."""

    database: Database
    moment: dt.datetime = AT
    runs: int = 0
    policy: CareAccountPolicy = field(default_factory=terms)

    def _now(self) -> dt.datetime:
        self.moment += dt.timedelta(minutes=1)
        return self.moment

    def people(self, *refs: str) -> None:
        self.tell(
            people=[
                {"person_ref": ref, "name": f"Person {ref}", "primary_support_reason": "mental health"} for ref in refs
            ]
        )

    def tell(self, **rows: list[dict[str, object]]) -> int:
        done = record_facts(self.database, rows, by="intake team", at=self._now(), source="letter")
        return max(each.change or 0 for each in done.values())

    def charge(self, *rows: tuple[str, int, int, int], home: bool = False, weeks: int = 4, line: int = 1) -> None:
        """A run that charged (person, first week from START, how many, pence a week); their bill periods are told anew.

        A week charged nought takes back what was said of its period.
        """
        self.runs += 1
        made = []
        for ref, first, count, pence in rows:
            nr = self.number(ref)
            for week in range(first, first + count):
                opens = START + days(7 * week)
                made.append(
                    {
                        "person": nr,
                        "line": nr * 100 + line,
                        "period_starts": START + days(7 * (week - week % weeks)),
                        "starts": opens,
                        "ends": opens + days(7),
                        "care_home": home,
                        "pence": pence,
                    }
                )
        with self.database.bulk() as bulk:
            change = record_change(bulk, Change(self._now(), "charges", "a run of charges", "a test"))
            store.take_in(bulk, change, 1_000 + self.runs, alike_joined(pa.Table.from_pylist(made, schema=ROWS)))

    def number(self, ref: str) -> int:
        with self.database.read() as connection:
            query = select(facts.person.c.nr).where(facts.person.c.ref == ref, facts.person.c.superseded.is_(None))
            return int(connection.execute(query).scalar_one())

    def meter(self, weeks: int, policy: CareAccountPolicy | None = None) -> jobs.Metered:
        """Meter up to so many weeks after START."""
        self.policy = policy or self.policy
        return jobs.meter(self.database, START + days(7 * weeks), self.policy, by="officer", at=self._now())

    def lines(self, ref: str) -> list[tuple[str, dt.date, int, bool, str]]:
        """The account: (kind, first day, pence, reversal, cause), in the order recorded."""
        number = self.number(ref)
        with self.database.read() as connection:
            rows = store.lines_of(connection, number)
        rows.sort(key=lambda row: (row.learned, row.starts, row.revision))
        return [(row.kind, row.starts, row.pence, bool(row.reversal), row.cause) for row in rows]

    def total(self, ref: str) -> int:
        return sum(each[2] for each in self.lines(ref))


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


@pytest.fixture
def new_council(new_database: Callable[[], Database]) -> Callable[[], Council]:
    return lambda: Council(new_database())


def transfer(ref: str, day: dt.date, accrued: str = "", cap: str = "", direction: str = "in") -> dict[str, object]:
    return {
        "transfer_ref": f"T-{ref}-{day}",
        "person_ref": ref,
        "direction": direction,
        "council": "Otherton",
        "accrued_amount": accrued,
        "cap": cap,
        "first_day": day,
    }


def budget(
    ref: str,
    weekly: str,
    first: dt.date = START,
    home: str = "no",
    required: dt.date = START,
    last: dt.date | None = None,
) -> dict[str, object]:
    return {
        "budget_ref": f"B-{ref}",
        "person_ref": ref,
        "weekly_amount": weekly,
        "required_from": required,
        "in_a_care_home": home,
        "start_date": first,
        "end_date": last,
    }
