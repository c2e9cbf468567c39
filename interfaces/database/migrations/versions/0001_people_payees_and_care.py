"""The facts: people, payees, contracts, rates, packages and their lines, with two dates on everything."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import add_fact

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("moment", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="people extract, bank details confirmed, …"),
        sa.Column("source", sa.Text(), nullable=False, comment="file name, screen, or scenario"),
        sa.Column("sha256", sa.Text(), comment="of the file, when there was one"),
        comment="Each moment at which we learned something: who told us, and from what.",
    )
    add_fact(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("born", sa.Date()),
        sa.Column("died", sa.Date()),
        sa.Column("nhs_number", sa.Text()),
        sa.Column("uprn", sa.Text()),
        sa.Column("support_reason", sa.Text(), nullable=False, comment="primary support reason"),
        sa.Column("postcode", sa.Text()),
        comment="A person the council arranges care for.",
    )
    add_fact(
        "payee",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="provider, direct payment, carer, other"),
        sa.Column("supplier_number", sa.Text(), comment="their number in the corporate finance system"),
        sa.Column("email", sa.Text()),
        comment="A provider, direct-payment recipient or anyone else money is paid to.",
    )
    add_fact(
        "bank_detail",
        sa.Column("payee", sa.BigInteger(), nullable=False),
        sa.Column("sort_code", sa.Text(), nullable=False),
        sa.Column("account_number", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("roll_number", sa.Text()),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        comment="Where a payee's money goes. It is not used until a second person has confirmed it.",
    )
    op.create_table(
        "bank_confirmation",
        sa.Column("bank_detail", sa.BigInteger(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), primary_key=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="how it was checked: a call back to a number already held"
        ),
        sa.ForeignKeyConstraint(["bank_detail", "learned"], ["bank_detail.nr", "bank_detail.learned"]),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="confirmed_by_a_second_person"),
        comment="A second person's word that bank details are the payee's own.",
    )
    add_fact(
        "service",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="residential, nursing, home care, supported living, …"),
        sa.Column("term", sa.Text(), nullable=False, comment="long or short"),
        comment="A kind of care the council buys.",
    )
    add_fact(
        "pay_calendar",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False, comment="weekly, fortnightly, four-weekly, calendar month"),
        sa.Column("anchor", sa.Date(), nullable=False, comment="first day of any one period"),
        sa.Column("timing", sa.Text(), nullable=False, comment="arrears or advance"),
        sa.Column("cut_off_days", sa.SmallInteger(), nullable=False),
        sa.Column("pay_working_days", sa.SmallInteger(), nullable=False),
        sa.Column("go_live", sa.Date(), nullable=False, comment="days before it were paid by another system"),
        comment="When a group of payees is paid.",
    )
    add_fact(
        "contract",
        sa.Column("payee", sa.BigInteger(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("payment", sa.Text(), nullable=False, comment="gross or net of what the provider collects"),
        sa.Column("days_after_death", sa.SmallInteger(), nullable=False, comment="days paid after the day of death"),
        sa.Column("retainer", sa.Text(), nullable=False, comment="share paid while suspended: 100:14,80:28,0"),
        sa.Column("bank_holidays", sa.Text(), nullable=False, comment="paid or closed"),
        comment="What was agreed with a payee: when they are paid, and the rules on absence and death.",
    )
    add_fact(
        "rate",
        sa.Column("contract", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False, comment="hundredths of a penny a unit"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column(
            "day_category", sa.Text(), nullable=False, comment="any, weekday, saturday, sunday, weekend, bank holiday"
        ),
        sa.Column("minutes_from", sa.SmallInteger(), comment="visits at least this long"),
        sa.Column("minutes_until", sa.SmallInteger(), comment="visits shorter than this"),
        sa.Column("age_from", sa.SmallInteger()),
        sa.Column("age_until", sa.SmallInteger()),
        comment="One line of a contract's rate card.",
    )
    add_fact(
        "block",
        sa.Column("contract", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False, comment="week, 4 weeks or calendar month"),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="A sum paid for capacity, whoever uses it.",
    )
    add_fact(
        "package",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("approved_by", sa.Text()),
        sa.Column("weekly_budget", sa.BigInteger(), comment="pence agreed by panel"),
        comment="The care agreed for one person.",
    )
    add_fact(
        "service_line",
        sa.Column("package", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column(
            "quantity", sa.BigInteger(), nullable=False, comment="a week, or each planned day where days are given"
        ),
        sa.Column(
            "days", sa.SmallInteger(), nullable=False, comment="planned weekdays, Monday = 1 … Sunday = 64; 0: per week"
        ),
        sa.Column(
            "every_weeks",
            sa.SmallInteger(),
            nullable=False,
            comment="1 each week, 2 every other; counted from the start",
        ),
        sa.Column("visit_minutes", sa.SmallInteger()),
        sa.Column("carers", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("end_reason", sa.Text()),
        comment="One service for one person from one payee, on a planned pattern.",
    )
    add_fact(
        "agreed_rate",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False, comment="hundredths of a penny a unit"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="A price agreed for one service line, in place of the contract's rate card.",
    )
    add_fact(
        "suspension",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "paid", sa.Text(), comment="share still paid, 100:14,80:28,0; the contract's retainer when not given"
        ),
        comment="Days a service line stood still: hospital, holiday, family.",
    )
    add_fact(
        "funder",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="nhs, third party, other"),
        comment="Someone besides the council who bears part of a cost.",
    )
    add_fact(
        "funding_share",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False, comment="percent (of what fixed sums leave) or fixed"),
        sa.Column(
            "amount",
            sa.BigInteger(),
            nullable=False,
            comment="hundredths of a percent, or hundredths of a penny a week",
        ),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="The part of a line's cost another funder bears. The council bears the rest.",
    )
    add_fact(
        "contribution",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="client or top-up"),
        sa.Column("weekly", sa.BigInteger(), nullable=False, comment="hundredths of a penny a week"),
        sa.Column("collector", sa.Text(), nullable=False, comment="provider or council"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="What a client or a third party pays towards a line, and who collects it.",
    )
    add_fact(
        "nursing_award",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False, comment="standard or higher"),
        sa.Column(
            "route",
            sa.Text(),
            nullable=False,
            comment="added: the council pays it to the home; deducted: the NHS pays it",
        ),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="NHS-funded nursing care on a line, at the national rate of the day.",
    )
    add_fact(
        "nursing_rate",
        sa.Column("band", sa.Text(), nullable=False, comment="standard or higher"),
        sa.Column("rate", sa.BigInteger(), nullable=False, comment="hundredths of a penny a week"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("status", sa.Text(), nullable=False, comment="confirmed, cross-checked, inferred or memory"),
        sa.Column("announced", sa.Text(), nullable=False, comment="where the figure was read"),
        comment="The national weekly rate of NHS-funded nursing care.",
    )
    add_fact(
        "adjustment",
        sa.Column("payee", sa.BigInteger(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger()),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it belongs to"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence; above nought pays the payee"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        comment="A manual adjustment or one-off payment, with its reason.",
    )
    op.create_table(
        "quarantine",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False),
        sa.Column("extract", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False, comment="the row as it came, JSON"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("what_to_do", sa.Text(), nullable=False),
        comment="Rows set aside when a file was loaded with quarantine.",
    )
