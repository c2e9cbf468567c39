"""The facts: people, payees, contracts, rates, packages and their lines. Two dates on everything, nothing updated.

Every fact has a ``nr`` (its lasting number, the same in every version), a ``ref`` (the name other systems know it by),
``learned`` (the change that told us) and ``superseded`` (the change that told us better; null while we still believe
it). A row's content never changes: a correction is a new row with the same ``nr``. Days it *applies* to are
``starts``/``ends``, ``[starts, ends)``. Money is whole pence; rates are hundredths of a penny; quantities are in the
unit's smallest part (minutes for hours, hundredths for everything else).
"""

from functools import partial

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

metadata = MetaData()

change = Table(
    "change",
    metadata,
    Column("nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("moment", DateTime, nullable=False, comment="UTC"),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False, comment="people extract, bank details confirmed, …"),
    Column("source", Text, nullable=False, comment="file name, screen, or scenario"),
    Column("sha256", Text, comment="of the file, when there was one"),
    comment="Each moment at which we learned something: who told us, and from what.",
)


def fact(of: MetaData, name: str, *columns: SchemaItem, comment: str) -> Table:
    """A table of facts: a lasting number, the change that told us and the one that told us better, and a reference."""
    return Table(
        name,
        of,
        Column("nr", BigInteger, primary_key=True),
        Column("learned", BigInteger, ForeignKey(change.c.nr), primary_key=True),
        Column("superseded", BigInteger, ForeignKey(change.c.nr)),
        Column("ref", Text, nullable=False),
        Column("source_row", Integer, comment="line of the file it came from"),
        *columns,
        Index(
            f"{name}_current",
            "ref",
            unique=True,
            sqlite_where=text("superseded IS NULL"),
            postgresql_where=text("superseded IS NULL"),
        ),
        Index(f"{name}_learned", "learned"),
        Index(
            f"{name}_superseded",
            "superseded",
            sqlite_where=text("superseded IS NOT NULL"),
            postgresql_where=text("superseded IS NOT NULL"),
        ),
        comment=comment,
        sqlite_with_rowid=False,
    )


_fact = partial(fact, metadata)


def _span(required: bool = True) -> tuple[Column[object], Column[object]]:
    return (Column("starts", Date, nullable=not required), Column("ends", Date, comment="first day not covered"))


person = _fact(
    "person",
    Column("name", Text, nullable=False),
    Column("born", Date),
    Column("died", Date),
    Column("nhs_number", Text),
    Column("uprn", Text),
    Column("support_reason", Text, nullable=False, comment="primary support reason"),
    Column("postcode", Text),
    comment="A person the council arranges care for.",
)

payee = _fact(
    "payee",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="provider, direct payment, carer, other"),
    Column("supplier_number", Text, comment="their number in the corporate finance system"),
    Column("email", Text),
    comment="A provider, direct-payment recipient or anyone else money is paid to.",
)

bank_detail = _fact(
    "bank_detail",
    Column("payee", BigInteger, nullable=False),
    Column("sort_code", Text, nullable=False),
    Column("account_number", Text, nullable=False),
    Column("account_name", Text, nullable=False),
    Column("roll_number", Text),
    Column("starts", Date, nullable=False),
    Column("proposed_by", Text, nullable=False),
    comment="Where a payee's money goes. It is not used until a second person has confirmed it.",
)

bank_confirmation = Table(
    "bank_confirmation",
    metadata,
    Column("bank_detail", BigInteger, primary_key=True),
    Column("learned", BigInteger, primary_key=True),
    Column("proposed_by", Text, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Column("change", BigInteger, ForeignKey("change.nr"), nullable=False),
    Column("evidence", Text, nullable=False, comment="how it was checked: a call back to a number already held"),
    ForeignKeyConstraint(["bank_detail", "learned"], ["bank_detail.nr", "bank_detail.learned"]),
    CheckConstraint("confirmed_by <> proposed_by", name="confirmed_by_a_second_person"),
    comment="A second person's word that bank details are the payee's own.",
)

bank_detail_view = Table(
    "bank_detail_view",
    metadata,
    Column("nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("moment", DateTime, nullable=False, comment="UTC"),
    Column("by", Text, nullable=False),
    Column("verb", Text, nullable=False, comment="by what they were shown"),
    Column("ref", Text, nullable=False, comment="of the bank details"),
    comment="Bank details shown whole to somebody: who, when, which.",
)

service = _fact(
    "service",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="residential, nursing, home care, supported living, …"),
    Column("term", Text, nullable=False, comment="long or short"),
    comment="A kind of care the council buys.",
)

pay_calendar = _fact(
    "pay_calendar",
    Column("name", Text, nullable=False),
    Column("cycle", Text, nullable=False, comment="weekly, fortnightly, four-weekly, calendar month"),
    Column("anchor", Date, nullable=False, comment="first day of any one period"),
    Column("timing", Text, nullable=False, comment="arrears or advance"),
    Column("cut_off_days", SmallInteger, nullable=False),
    Column("pay_working_days", SmallInteger, nullable=False),
    Column("go_live", Date, nullable=False, comment="days before it were paid by another system"),
    comment="When a group of payees is paid.",
)

contract = _fact(
    "contract",
    Column("payee", BigInteger, nullable=False),
    Column("calendar", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    *_span(),
    Column("payment", Text, nullable=False, comment="gross or net of what the provider collects"),
    Column("days_after_death", SmallInteger, nullable=False, comment="days paid after the day of death"),
    Column("retainer", Text, nullable=False, comment="share paid while suspended: 100:14,80:28,0"),
    Column("bank_holidays", Text, nullable=False, comment="paid or closed"),
    Column("months_begin", SmallInteger, comment="day of the month a month's price is for begins on; empty: the 1st"),
    Column("week_price", Text, comment="whole: a week begun is paid whole; empty: by the day"),
    comment="What was agreed with a payee: when they are paid, and the rules on absence and death.",
)

contract_terms = _fact(
    "contract_terms",
    Column("contract", BigInteger, nullable=False),
    Column("starts", Date, nullable=False, comment="the first day they hold: until the contract's next ones"),
    Column("payment", Text, nullable=False),
    Column("days_after_death", SmallInteger, nullable=False),
    Column("retainer", Text, nullable=False),
    Column("bank_holidays", Text, nullable=False),
    Column("months_begin", SmallInteger, comment="day of the month a month's price is for begins on; empty: the 1st"),
    Column("week_price", Text, comment="whole: a week begun is paid whole; empty: by the day"),
    comment="What holds under a contract from a day on, in place of what the contract began with.",
)

rate = _fact(
    "rate",
    Column("contract", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("rate", BigInteger, nullable=False, comment="hundredths of a penny a unit"),
    *_span(),
    Column("day_category", Text, nullable=False, comment="any, weekday, saturday, sunday, weekend, bank holiday"),
    Column("minutes_from", SmallInteger, comment="visits at least this long"),
    Column("minutes_until", SmallInteger, comment="visits shorter than this"),
    Column("age_from", SmallInteger),
    Column("age_until", SmallInteger),
    comment="One line of a contract's rate card.",
)

block = _fact(
    "block",
    Column("contract", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("unit", Text, nullable=False, comment="week, 4 weeks or calendar month"),
    Column("rate", BigInteger, nullable=False),
    *_span(),
    comment="A sum paid for capacity, whoever uses it.",
)

package = _fact(
    "package",
    Column("person", BigInteger, nullable=False),
    *_span(),
    Column("approved_by", Text),
    Column("weekly_budget", BigInteger, comment="pence agreed by panel"),
    comment="The care agreed for one person.",
)

service_line = _fact(
    "service_line",
    Column("package", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("contract", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False, comment="a week, or each planned day where days are given"),
    Column("days", SmallInteger, nullable=False, comment="planned weekdays, Monday = 1 … Sunday = 64; 0: per week"),
    Column("every_weeks", SmallInteger, nullable=False, comment="1 each week, 2 every other; counted from the start"),
    Column("visit_minutes", SmallInteger),
    Column("carers", SmallInteger, nullable=False),
    *_span(),
    Column("end_reason", Text),
    comment="One service for one person from one payee, on a planned pattern.",
)

agreed_rate = _fact(
    "agreed_rate",
    Column("line", BigInteger, nullable=False),
    Column("rate", BigInteger, nullable=False, comment="hundredths of a penny a unit"),
    *_span(),
    comment="A price agreed for one service line, in place of the contract's rate card.",
)

suspension = _fact(
    "suspension",
    Column("line", BigInteger, nullable=False),
    *_span(),
    Column("reason", Text, nullable=False),
    Column("paid", Text, comment="share still paid, 100:14,80:28,0; the contract's retainer when not given"),
    comment="Days a service line stood still: hospital, holiday, family.",
)

funder = _fact(
    "funder",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="nhs, third party, other"),
    comment="Someone besides the council who bears part of a cost.",
)

funding_share = _fact(
    "funding_share",
    Column("line", BigInteger, nullable=False),
    Column("funder", BigInteger, nullable=False),
    Column("basis", Text, nullable=False, comment="percent (of what fixed sums leave) or fixed"),
    Column("amount", BigInteger, nullable=False, comment="hundredths of a percent, or hundredths of a penny a week"),
    *_span(),
    comment="The part of a line's cost another funder bears. The council bears the rest.",
)

contribution = _fact(
    "contribution",
    Column("line", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="client or top-up"),
    Column("weekly", BigInteger, nullable=False, comment="hundredths of a penny a week"),
    Column("collector", Text, nullable=False, comment="provider or council"),
    *_span(),
    comment="What a client or a third party pays towards a line, and who collects it.",
)

charge_exemption = _fact(
    "charge_exemption",
    Column("line", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, comment="section 117, reablement, continuing healthcare, council decision"),
    *_span(),
    comment="Days on which one service is not charged for, whatever the person's assessment says.",
)

nursing_award = _fact(
    "nursing_award",
    Column("line", BigInteger, nullable=False),
    Column("band", Text, nullable=False, comment="standard or higher"),
    Column("route", Text, nullable=False, comment="added: the council pays it to the home; deducted: the NHS pays it"),
    *_span(),
    comment="NHS-funded nursing care on a line, at the national rate of the day.",
)

nursing_rate = _fact(
    "nursing_rate",
    Column("band", Text, nullable=False, comment="standard or higher"),
    Column("rate", BigInteger, nullable=False, comment="hundredths of a penny a week"),
    *_span(),
    Column("status", Text, nullable=False, comment="confirmed, cross-checked, inferred or memory"),
    Column("announced", Text, nullable=False, comment="where the figure was read"),
    comment="The national weekly rate of NHS-funded nursing care.",
)

adjustment = _fact(
    "adjustment",
    Column("payee", BigInteger, nullable=False),
    Column("calendar", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("person", BigInteger),
    Column("on", Date, nullable=False, comment="the day it belongs to"),
    Column("amount", BigInteger, nullable=False, comment="pence; above nought pays the payee"),
    Column("reason", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    comment="A manual adjustment or one-off payment, with its reason.",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("change", BigInteger, ForeignKey("change.nr"), nullable=False),
    Column("extract", Text, nullable=False),
    Column("source_row", Integer, nullable=False),
    Column("ref", Text),
    Column("content", Text, nullable=False, comment="the row as it came, JSON"),
    Column("what", Text, nullable=False),
    Column("what_to_do", Text, nullable=False),
    comment="Rows set aside when a file was loaded with quarantine.",
)

waiting_row = Table(
    "waiting_row",
    metadata,
    Column("nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("change", BigInteger, ForeignKey("change.nr"), nullable=False, comment="who told it, when, in which file"),
    Column("extract", Text, nullable=False),
    Column("source_row", Integer, nullable=False),
    Column("ref", Text, nullable=False),
    Column("content", Text, nullable=False, comment="the row as it came, JSON"),
    Column("why", Text, nullable=False, comment="what asks for a second person"),
    comment="Rows that decide money and are not believed before a second person has confirmed them.",
)

waiting_answer = Table(
    "waiting_answer",
    metadata,
    Column("waiting", BigInteger, ForeignKey("waiting_row.nr"), primary_key=True, autoincrement=False),
    Column("answer", Text, nullable=False, comment="confirmed; withdrawn; overtaken: the same reference was told anew"),
    Column("answered_by", Text, nullable=False),
    Column("role", Text, comment="of whoever confirmed; null of any other answer"),
    Column("answered_at", DateTime, nullable=False, comment="UTC"),
    Column("reason", Text, comment="why it was withdrawn"),
    Column("change", BigInteger, ForeignKey("change.nr"), comment="what recorded it, or overtook it"),
    CheckConstraint("answer IN ('confirmed', 'withdrawn', 'overtaken')", name="waiting_answer_is_one"),
    CheckConstraint("(answer = 'confirmed') = (role IS NOT NULL)", name="waiting_answer_in_a_role"),
    CheckConstraint("(answer = 'withdrawn') = (reason IS NOT NULL)", name="waiting_answer_with_why"),
    CheckConstraint("(answer = 'withdrawn') = (change IS NULL)", name="waiting_answer_of_a_change"),
    comment="What became of a row that waited. Whoever told of it does not confirm it.",
)

quarantine_closed = Table(
    "quarantine_closed",
    metadata,
    Column("quarantine", BigInteger, ForeignKey("quarantine.nr"), primary_key=True),
    Column("change", BigInteger, ForeignKey("change.nr"), nullable=False, comment="who, and when"),
    Column("reason", Text, comment="an officer’s; null: the change loaded it right"),
    comment="Rows set aside that wait no more: loaded right since, or closed by an officer.",
)

FACTS: dict[str, Table] = {
    table.name: table
    for table in (
        person, payee, bank_detail, service, pay_calendar, contract, contract_terms, rate, block, package,
        service_line, agreed_rate, suspension, funder, funding_share, contribution, nursing_award, nursing_rate,
        adjustment,
    )
}  # fmt: skip
