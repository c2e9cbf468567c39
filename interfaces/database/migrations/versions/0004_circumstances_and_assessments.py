"""People's circumstances, the assessments made from them, and upratings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from interfaces.database.shapes import add_fact, guard_facts, guard_records

revision = "0004"
down_revision = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FACTS = (
    "circumstance", "income", "asset", "expense", "charging_ground", "home_stay", "home_left_out", "figure_override",
)  # fmt: skip
RECORDS = {
    "assessment": "Assessments are never changed or deleted: assess again.",
    "assessment_batch": "A batch of assessments is never changed or deleted.",
    "assessment_refusal": "A refusal is never changed or deleted.",
    "override_approval": "An approval is never changed or deleted: ask for a new override.",
    "figure_confirmation": "A confirmation is never changed or deleted: confirm again.",
    "rates_used": "Figures assessments were made with are never changed or deleted.",
    "uprating_approval": "An approval is never changed or deleted: preview again.",
}


def upgrade() -> None:
    _facts()
    _assessments()
    _upratings()
    guard_records(RECORDS)
    guard_facts(FACTS)


def _facts() -> None:
    _fact(
        "circumstance",
        sa.Column("nation", sa.Text(), nullable=False, comment="England or Wales"),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), comment="pence a week; nobody is assessed without it"),
        sa.Column("fee", sa.BigInteger(), comment="what the home asks, where that is more"),
        sa.Column("nursing", sa.Text(), nullable=False, comment="none, standard or higher"),
        sa.Column("cost_includes_nursing", sa.Boolean(), nullable=False),
        sa.Column("couple", sa.Boolean(), nullable=False),
        sa.Column("children", sa.SmallInteger(), nullable=False),
        sa.Column("disability_premium", sa.Boolean(), nullable=False),
        sa.Column("enhanced_disability_premium", sa.Boolean(), nullable=False),
        sa.Column("carer_premium", sa.Boolean(), nullable=False),
        sa.Column("night_care", sa.Boolean(), nullable=False),
        sa.Column("half_pension_passed", sa.Boolean(), nullable=False),
        sa.Column("intends_to_return", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("stay_first", sa.Date(), comment="first day of a temporary or short stay"),
        sa.Column("nights_before", sa.SmallInteger(), nullable=False),
        sa.Column("home_sold", sa.Date()),
        sa.Column("pension_age_from", sa.Date()),
        sa.Column("basic_entitlement", sa.BigInteger(), comment="Wales, pence a week"),
        sa.Column("previous_charge", sa.BigInteger(), comment="last year's, where the council limits increases"),
        sa.Column("review", sa.Date(), comment="the day by which it is to be looked at again"),
        starts=True,
        comment="A person's household, care and how it is charged, from a day.",
    )
    _fact(
        "income",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), comment="pence; empty where it follows a rate, or is not known yet"),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), comment="the benefit rate it follows from year to year"),
        sa.CheckConstraint("amount IS NULL OR rate IS NULL", name="income_amount_or_rate"),
        comment="One income of one person.",
    )
    _fact(
        "asset",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("owners", sa.SmallInteger(), nullable=False),
        sa.Column("sale_costs", sa.Boolean(), nullable=False),
        sa.Column(
            "share_value", sa.BigInteger(), comment="what the person's own share of jointly owned land would fetch"
        ),
        comment="One asset of one person.",
    )
    _fact(
        "expense",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        comment="One housing cost, disability-related expense or agreed allowance.",
    )
    _fact(
        "charging_ground",
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text()),
        comment="Why a charge is settled without the means test.",
    )
    _fact(
        "home_stay",
        starts=True,
        comment="A stay as a permanent resident of a care home, for the twelve weeks in which a home of one's own is "
        "left out.",
    )
    _fact(
        "home_left_out",
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("approver", sa.Text()),
        comment="A decision to leave a permanent resident's home out of capital.",
    )
    _fact(
        "figure_override",
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence a week"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        starts=True,
        ends=True,
        comment=(
            "A figure set by hand, from a day up to its expiry. It counts only once a second person has approved it."
        ),
    )
    op.create_table(
        "override_approval",
        sa.Column("override", sa.BigInteger(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), primary_key=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False),
        sa.ForeignKeyConstraint(["override", "learned"], ["figure_override.nr", "figure_override.learned"]),
        sa.CheckConstraint("approved_by <> requested_by", name="override_approved_by_a_second_person"),
        comment="A second person's word for an override.",
    )
    op.create_table(
        "figure_confirmation",
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True, comment="the figure, as the rules call it"),
        sa.Column("day", sa.Date(), nullable=False, comment="the values that stand on this day"),
        sa.Column("value", sa.Text(), nullable=False, comment="as read: pence, or a percentage"),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the circular it was read in"),
        comment="The council's record that it read a figure in the circular.",
    )


def _assessments() -> None:
    op.create_table(
        "rates_used",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("policy", sa.Text(), nullable=False, comment="whose"),
        sa.Column("content", sa.Text(), nullable=False, comment="every figure and choice as they were, JSON"),
        comment="The figures and policy assessments were made with, so that any of them can be worked out again.",
    )
    op.create_table(
        "assessment",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("starts", sa.Date(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), primary_key=True, comment="the change that made it"),
        sa.Column("ends", sa.Date(), comment="first day it says nothing about; empty: until there is a later word"),
        sa.Column("charge", sa.BigInteger(), comment="pence a week; empty: what stood before is taken back"),
        sa.Column("council_pays", sa.BigInteger()),
        sa.Column("how", sa.SmallInteger(), nullable=False, comment="basis, outcome and flags: see timeline.How"),
        sqlite_with_rowid=False,
        comment="A person's weekly charge from a day. The latest word about a day stands.",
    )
    op.create_table(
        "assessment_refusal",
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), primary_key=True),
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("starts", sa.Date(), primary_key=True),
        sa.Column("what", sa.Text(), nullable=False),
        comment="People who could not be assessed, and what must be supplied.",
    )
    op.create_table(
        "caseload",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("starts", sa.Date(), primary_key=True),
        sa.Column("who", sa.LargeBinary(), nullable=False, comment="one packed record of the person and their care"),
        sa.Column(
            "items", sa.LargeBinary(), nullable=False, comment="packed records: incomes, assets, expenses, grounds …"
        ),
        sqlite_with_rowid=False,
        comment="The facts as believed now, packed by person for reading by the million. Made from the facts.",
    )
    op.create_table(
        "caseload_known",
        sa.Column("one", sa.SmallInteger(), primary_key=True),
        sa.Column(
            "change", sa.BigInteger(), nullable=False, comment="the caseload holds the facts as known at this change"
        ),
        sa.Column(
            "packing", sa.Text(), nullable=False, comment="how records are laid out; another layout is made afresh"
        ),
        sa.CheckConstraint("one = 1", name="one_caseload"),
    )


def _upratings() -> None:
    op.create_table(
        "uprating",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False, comment="the first day it applies to"),
        sa.Column(
            "ends", sa.Date(), nullable=False, comment="the last change of figures it looks at falls before this day"
        ),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False, comment="the facts as known at this change"),
        sa.Column("rates", sa.Text(), sa.ForeignKey("rates_used.sha256"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="previewed, approved, applied, undone or abandoned"),
        sa.Column("signature", sa.Text(), nullable=False, comment="sha256 over every chunk's rows, in order"),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("total_before", sa.BigInteger(), nullable=False, comment="pence a week"),
        sa.Column("total_after", sa.BigInteger(), nullable=False),
        sa.Column("applied_change", sa.BigInteger(), sa.ForeignKey("change.nr")),
        sa.Column("undone_change", sa.BigInteger(), sa.ForeignKey("change.nr")),
        sa.UniqueConstraint("nr", "prepared_by"),
        sa.UniqueConstraint("nr", "signature"),
        sa.CheckConstraint(
            "status IN ('previewed', 'approved', 'applied', 'undone', 'abandoned')", name="uprating_status"
        ),
        comment="A reassessment of everyone for new figures, shown before it is applied.",
    )
    op.create_table(
        "uprating_chunk",
        sa.Column("uprating", sa.BigInteger(), sa.ForeignKey("uprating.nr"), primary_key=True),
        sa.Column("chunk", sa.Integer(), primary_key=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False, comment="Parquet: every person, was, now, and why"),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment="Parquet: the assessments that will be stored"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the two, one after the other"),
        sa.Column("applied", sa.Boolean(), nullable=False),
        comment="The previewed results, exactly as they will be applied.",
    )
    op.create_table(
        "uprating_approval",
        sa.Column("uprating", sa.BigInteger(), primary_key=True),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["uprating", "prepared_by"], ["uprating.nr", "uprating.prepared_by"]),
        sa.ForeignKeyConstraint(["uprating", "signature"], ["uprating.nr", "uprating.signature"]),
        sa.CheckConstraint("approved_by <> prepared_by", name="uprating_approved_by_a_second_person"),
        comment="A second person's signature over exactly the previewed results.",
    )
    op.create_table(
        "assessment_batch",
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="assessed, reassessed, uprating, undone"),
        sa.Column("known", sa.BigInteger(), nullable=False, comment="the facts as known at this change"),
        sa.Column("rates", sa.Text(), sa.ForeignKey("rates_used.sha256"), nullable=False),
        sa.Column(
            "uprating", sa.BigInteger(), sa.ForeignKey("uprating_approval.uprating"), comment="only an approved one"
        ),
        comment="What a batch of assessments was made from.",
    )


def _fact(name: str, *columns: SchemaItem, comment: str, starts: bool = False, ends: bool = False) -> None:
    """A fact about one person in the house shape."""
    add_fact(
        name,
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=not starts),
        sa.Column("ends", sa.Date(), nullable=not ends, comment="first day not covered"),
        *columns,
        comment=comment,
    )
    op.create_index(f"{name}_person", name, ["person"])
