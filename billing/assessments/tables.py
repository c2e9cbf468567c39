"""People's circumstances as dated facts, and the assessments made from them. Nothing in either is ever edited.

Facts follow the house shape (``finance.facts.tables``): a lasting ``nr``, ``learned`` and ``superseded`` changes, a
``ref``, days ``[starts, ends)``. Money is whole pence.

Assessments need no ``superseded``: they are only ever added, and the latest word about a day stands. A row with no
charge takes back what stood before it. ``caseload`` is a copy of the facts packed for reading by the million; it can
be made again from the facts at any time.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

from finance.facts.tables import change

metadata = MetaData()


def _fact(name: str, *columns: SchemaItem, comment: str, starts: bool = False, ends: bool = False) -> Table:
    """A fact about one person. ``starts`` and ``ends`` say whether its first day and its end must be given."""
    return Table(
        name,
        metadata,
        Column("nr", BigInteger, primary_key=True),
        Column("learned", BigInteger, ForeignKey(change.c.nr), primary_key=True),
        Column("superseded", BigInteger, ForeignKey(change.c.nr)),
        Column("ref", Text, nullable=False),
        Column("source_row", Integer, comment="line of the file it came from"),
        Column("person", BigInteger, nullable=False),
        Column("starts", Date, nullable=not starts),
        Column("ends", Date, nullable=not ends, comment="first day not covered"),
        *columns,
        Index(
            f"{name}_current",
            "ref",
            unique=True,
            sqlite_where=text("superseded IS NULL"),
            postgresql_where=text("superseded IS NULL"),
        ),
        Index(f"{name}_person", "person"),
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


circumstance = _fact(
    "circumstance",
    Column("nation", Text, nullable=False, comment="England or Wales"),
    Column("setting", Text, nullable=False),
    Column("cost", BigInteger, comment="pence a week; nobody is assessed without it"),
    Column("fee", BigInteger, comment="what the home asks, where that is more"),
    Column("nursing", Text, nullable=False, comment="none, standard or higher"),
    Column("cost_includes_nursing", Boolean, nullable=False),
    Column("couple", Boolean, nullable=False),
    Column("children", SmallInteger, nullable=False),
    Column("disability_premium", Boolean, nullable=False),
    Column("enhanced_disability_premium", Boolean, nullable=False),
    Column("carer_premium", Boolean, nullable=False),
    Column("night_care", Boolean, nullable=False),
    Column("half_pension_passed", Boolean, nullable=False),
    Column("intends_to_return", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("stay_first", Date, comment="first day of a temporary or short stay"),
    Column("nights_before", SmallInteger, nullable=False),
    Column("home_sold", Date),
    Column("pension_age_from", Date),
    Column("partner_born", Date, comment="of a couple: the partner's date of birth"),
    Column("partner_pension_age_from", Date),
    Column("basic_entitlement", BigInteger, comment="Wales, pence a week"),
    Column("previous_charge", BigInteger, comment="last year's, where the council limits increases"),
    Column("review", Date, comment="the day by which it is to be looked at again"),
    starts=True,
    comment="A person's household, care and how it is charged, from a day.",
)

income = _fact(
    "income",
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, comment="pence; empty where it follows a rate, or is not known yet"),
    Column("frequency", Text, nullable=False),
    Column("rate", Text, comment="the benefit rate it follows from year to year"),
    CheckConstraint("amount IS NULL OR rate IS NULL", name="income_amount_or_rate"),
    comment="One income of one person.",
)

asset = _fact(
    "asset",
    Column("kind", Text, nullable=False),
    Column("value", BigInteger, nullable=False, comment="pence"),
    Column("owed", BigInteger, nullable=False),
    Column("owners", SmallInteger, nullable=False),
    Column("sale_costs", Boolean, nullable=False),
    Column("share_value", BigInteger, comment="what the person's own share of jointly owned land would fetch"),
    comment="One asset of one person.",
)

expense = _fact(
    "expense",
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("frequency", Text, nullable=False),
    comment="One housing cost, disability-related expense or agreed allowance.",
)

charging_ground = _fact(
    "charging_ground",
    Column("ground", Text, nullable=False),
    Column("evidence", Text),
    comment="Why a charge is settled without the means test.",
)

home_stay = _fact(
    "home_stay",
    starts=True,
    comment=(
        "A stay as a permanent resident of a care home, for the twelve weeks in which a home of one's own is left out."
    ),
)

home_left_out = _fact(
    "home_left_out",
    Column("ground", Text, nullable=False),
    Column("reason", Text),
    Column("approver", Text),
    comment="A decision to leave a permanent resident's home out of capital.",
)

figure_override = _fact(
    "figure_override",
    Column("of", Text, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence a week"),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    starts=True,
    ends=True,
    comment="A figure set by hand, from a day up to its expiry. It counts only once a second person has approved it.",
)

override_approval = Table(
    "override_approval",
    metadata,
    Column("override", BigInteger, primary_key=True),
    Column("learned", BigInteger, primary_key=True),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False),
    ForeignKeyConstraint(["override", "learned"], ["figure_override.nr", "figure_override.learned"]),
    CheckConstraint("approved_by <> requested_by", name="override_approved_by_a_second_person"),
    comment="A second person's word for an override.",
)

FACTS: dict[str, Table] = {
    table.name: table
    for table in (
        circumstance, income, asset, expense, charging_ground, home_stay, home_left_out, figure_override,
    )
}  # fmt: skip

figure_confirmation = Table(
    "figure_confirmation",
    metadata,
    Column("change", BigInteger, ForeignKey(change.c.nr), primary_key=True),
    Column("name", Text, primary_key=True, comment="the figure, as the rules call it"),
    Column("day", Date, nullable=False, comment="the values that stand on this day"),
    Column("value", Text, nullable=False, comment="as read: pence, or a percentage"),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_on", Date, nullable=False),
    Column("source", Text, nullable=False, comment="the circular it was read in"),
    comment="The council's record that it read a figure in the circular.",
)

rates_used = Table(
    "rates_used",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("policy", Text, nullable=False, comment="whose"),
    Column("content", Text, nullable=False, comment="every figure and choice as they were, JSON"),
    comment="The figures and policy assessments were made with, so that any of them can be worked out again.",
)

assessment_batch = Table(
    "assessment_batch",
    metadata,
    Column("change", BigInteger, ForeignKey(change.c.nr), primary_key=True),
    Column("kind", Text, nullable=False, comment="assessed, reassessed, uprating, undone"),
    Column("known", BigInteger, nullable=False, comment="the facts as known at this change"),
    Column("rates", Text, ForeignKey("rates_used.sha256"), nullable=False),
    Column("uprating", BigInteger, ForeignKey("uprating_approval.uprating"), comment="only an approved one"),
    comment="What a batch of assessments was made from.",
)

assessment = Table(
    "assessment",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("starts", Date, primary_key=True),
    Column("learned", BigInteger, primary_key=True, comment="the change that made it"),
    Column("ends", Date, comment="first day it says nothing about; empty: until there is a later word"),
    Column("charge", BigInteger, comment="pence a week; empty: what stood before is taken back"),
    Column("council_pays", BigInteger),
    Column("how", SmallInteger, nullable=False, comment="basis, outcome and flags: see timeline.How"),
    Column("can_pay", BigInteger, comment="pence a week, whatever the care costs; empty: not known, or no such limit"),
    comment="A person's weekly charge from a day. The latest word about a day stands.",
    sqlite_with_rowid=False,
)

assessment_look = Table(
    "assessment_look",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("starts", Date, primary_key=True),
    Column("learned", BigInteger, primary_key=True),
    Column("looked_by", Text, nullable=False),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False),
    ForeignKeyConstraint(
        ["person", "starts", "learned"], ["assessment.person", "assessment.starts", "assessment.learned"]
    ),
    comment="Who looked at a charge that everybody's assessment set or raised.",
)

assessment_refusal = Table(
    "assessment_refusal",
    metadata,
    Column("change", BigInteger, ForeignKey(change.c.nr), primary_key=True),
    Column("person", BigInteger, primary_key=True),
    Column("starts", Date, primary_key=True),
    Column("what", Text, nullable=False),
    comment="People who could not be assessed, and what must be supplied.",
)

caseload = Table(
    "caseload",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("starts", Date, primary_key=True),
    Column("who", LargeBinary, nullable=False, comment="one packed record of the person and their care"),
    Column("items", LargeBinary, nullable=False, comment="packed records: incomes, assets, expenses, grounds …"),
    comment="The facts as believed now, packed by person for reading by the million. Made from the facts.",
    sqlite_with_rowid=False,
)

caseload_known = Table(
    "caseload_known",
    metadata,
    Column("one", SmallInteger, primary_key=True),
    Column("change", BigInteger, nullable=False, comment="the caseload holds the facts as known at this change"),
    Column("packing", Text, nullable=False, comment="how records are laid out; another layout is made afresh"),
    CheckConstraint("one = 1", name="one_caseload"),
)

uprating = Table(
    "uprating",
    metadata,
    Column("nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("starts", Date, nullable=False, comment="the first day it applies to"),
    Column("ends", Date, nullable=False, comment="the last change of figures it looks at falls before this day"),
    Column("prepared_by", Text, nullable=False),
    Column("prepared_at", DateTime, nullable=False),
    Column("known", BigInteger, nullable=False, comment="the facts as known at this change"),
    Column("rates", Text, ForeignKey("rates_used.sha256"), nullable=False),
    Column("status", Text, nullable=False, comment="previewed, approved, applied, undone or abandoned"),
    Column("signature", Text, nullable=False, comment="sha256 over every chunk's rows, in order"),
    Column("people", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("total_before", BigInteger, nullable=False, comment="pence a week"),
    Column("total_after", BigInteger, nullable=False),
    Column("applied_change", BigInteger, ForeignKey(change.c.nr)),
    Column("undone_change", BigInteger, ForeignKey(change.c.nr)),
    UniqueConstraint("nr", "prepared_by"),
    UniqueConstraint("nr", "signature"),
    CheckConstraint("status IN ('previewed', 'approved', 'applied', 'undone', 'abandoned')", name="uprating_status"),
    comment="A reassessment of everyone for new figures, shown before it is applied.",
)

uprating_chunk = Table(
    "uprating_chunk",
    metadata,
    Column("uprating", BigInteger, ForeignKey("uprating.nr"), primary_key=True),
    Column("chunk", Integer, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("people", LargeBinary, nullable=False, comment="Parquet: every person, was, now, and why"),
    Column("words", LargeBinary, nullable=False, comment="Parquet: the assessments that will be stored"),
    Column("sha256", Text, nullable=False, comment="of the two, one after the other"),
    Column("applied", Boolean, nullable=False),
    comment="The previewed results, exactly as they will be applied.",
)

uprating_approval = Table(
    "uprating_approval",
    metadata,
    Column("uprating", BigInteger, primary_key=True),
    Column("prepared_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("approved_at", DateTime, nullable=False),
    ForeignKeyConstraint(["uprating", "prepared_by"], ["uprating.nr", "uprating.prepared_by"]),
    ForeignKeyConstraint(["uprating", "signature"], ["uprating.nr", "uprating.signature"]),
    CheckConstraint("approved_by <> prepared_by", name="uprating_approved_by_a_second_person"),
    comment="A second person's signature over exactly the previewed results.",
)
