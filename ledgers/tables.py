"""The sub-ledger and the run machine. Entries are append-only and balance by construction; a run posts each key
once.
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
    false,
    text,
)

metadata = MetaData()
_serial = BigInteger().with_variant(Integer, "sqlite")

account = Table(
    "account",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("cost_centre", Text, nullable=False),
    Column("subjective", Text, nullable=False),
    Column("analysis", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("entity", "cost_centre", "subjective", "analysis"),
    comment="A full code in the corporate ledger.",
)

coding_rule = Table(
    "coding_rule",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("purpose", Text, nullable=False, comment="cost, income, control, bank, debtor, suspense"),
    Column("kind", Text, comment="care, contribution, top-up, nursing, adjustment, block; null matches all"),
    Column("service_kind", Text),
    Column("support_reason", Text),
    Column("age_band", Text, comment="18-64 or 65+"),
    Column("funder_kind", Text),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("account", BigInteger, ForeignKey("account.nr"), nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_at", DateTime, comment="UTC; empty: it came with Outturn"),
    comment="Dated rules finance edits: which code a line falls to. The most particular rule wins.",
)

run = Table(
    "run",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("calendar", BigInteger, nullable=False),
    Column("calendar_name", Text, nullable=False),
    Column("up_to", Date, nullable=False, comment="first day not paid by this run"),
    Column("window_starts", Date, nullable=False, comment="first day worked out for every line, changed or not"),
    Column("pay_date", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("known", BigInteger, nullable=False, comment="the last change this run knew of"),
    Column("known_before", BigInteger, nullable=False, comment="the last change the run before it knew of; 0: none"),
    Column("run_before", BigInteger, comment="the last run released for this calendar"),
    Column("prepared_by", Text, nullable=False),
    Column("drafted_at", DateTime, nullable=False),
    Column("submitted_by", Text),
    Column("submitted_at", DateTime),
    Column("released_at", DateTime),
    Column("ended_at", DateTime, comment="when it was abandoned"),
    Column("signature", Text, comment="sha256 over every chunk's lines, in order"),
    Column("lines", BigInteger, nullable=False, default=0),
    Column("total", BigInteger, nullable=False, default=0, comment="pence proposed"),
    Column("to_sign_for", BigInteger, nullable=False, default=0, comment="pence the approver's limit must cover"),
    Column("policy", Text, nullable=False, comment="JSON: rounding and tolerances in force"),
    Column(
        "policy_version",
        BigInteger,
        comment="the version of the policy that holds on its last day; null: none had begun",
    ),
    Column(
        "working",
        Integer,
        nullable=False,
        default=0,
        server_default="0",
        comment="how often it was begun to be worked out: only the latest goes on",
    ),
    Column(
        "cut_off",
        Boolean,
        nullable=False,
        default=False,
        server_default=false(),
        comment="an earlier version posted some of it and let it go back: that stays part of it",
    ),
    Column("urgent_for", Text, comment="line, person, payee or adjustment it alone pays; null: everybody"),
    Column("urgent_nr", BigInteger, comment="the number of that"),
    Column("urgent_why", Text, comment="why it could not wait"),
    Column(
        "worked_from",
        BigInteger,
        nullable=False,
        default=0,
        server_default="0",
        comment="the last event of any run when it was last begun to be worked out: what came since it does not count",
    ),
    UniqueConstraint("nr", "prepared_by", "submitted_by"),
    UniqueConstraint("nr", "signature", "total", "to_sign_for"),
    CheckConstraint(
        "status in ('draft','calculated','submitted','approved','releasing','released','acknowledged','abandoned')",
        name="run_status",
    ),
    comment="One run of one stream.",
)
_open = "status in ('draft','calculated','submitted','approved','releasing')"
_calendars, _urgent = text(f"{_open} and urgent_for is null"), text(f"{_open} and urgent_for is not null")
Index("one_open_run", run.c.stream, run.c.calendar, unique=True, sqlite_where=_calendars, postgresql_where=_calendars)
Index(
    "one_open_urgent_run",
    run.c.stream,
    run.c.calendar,
    run.c.urgent_for,
    run.c.urgent_nr,
    unique=True,
    sqlite_where=_urgent,
    postgresql_where=_urgent,
)

chunk = Table(
    "run_chunk",
    metadata,
    Column("run", BigInteger, ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_subject", BigInteger, nullable=False),
    Column("end_subject", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("proposal", LargeBinary, nullable=False, comment="Parquet: one row a proposed line"),
    Column("steps", LargeBinary, nullable=False, comment="Parquet: one row a step behind them"),
    Column("posted", Boolean, nullable=False, default=False),
    comment="Part of a run: worked out once, signed by hash, posted once.",
)

run_party = Table(
    "run_party",
    metadata,
    Column("run", BigInteger, ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
    Column("party", BigInteger, primary_key=True),
    Column("lines", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False, default=0, comment="pence proposed and told to wait"),
    Column("brought_forward", BigInteger, nullable=False, default=0, comment="pence owed (below nought: owing) before"),
    Column("paid", BigInteger, nullable=False, default=0, comment="pence settled by this run"),
    Column("carried_forward", BigInteger, nullable=False, default=0, comment="brought forward + posted - paid"),
    Column("withheld", Text, comment="why nothing was paid, when something was owed"),
    comment="What a run proposes, pays and carries forward for each payee.",
)

run_event = Table(
    "run_event",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("run", BigInteger, ForeignKey("run.nr"), nullable=False),
    Column("action", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("note", Text),
    comment="Who did what to a run, and when.",
)

finding = Table(
    "finding",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("run", BigInteger, ForeignKey("run.nr", ondelete="CASCADE"), nullable=False),
    Column("check_name", Text, nullable=False),
    Column("severity", Text, nullable=False, comment="stop, look or note"),
    Column("subject", BigInteger),
    Column("party", BigInteger),
    Column("amount", BigInteger),
    Column("before", BigInteger),
    Column("what", Text, nullable=False),
    Column("accepted_by", Text),
    Column("accepted_reason", Text),
    Column("kind", Text, comment="of line the subject is the number of; null: a service line"),
    comment="What a reviewer should see before signing.",
)
Index("finding_run", finding.c.run)

finding_before = Table(
    "finding_before",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("run", BigInteger, ForeignKey("run.nr"), nullable=False),
    Column("working", Integer, nullable=False, comment="of the run, in which it was found"),
    Column("check_name", Text, nullable=False),
    Column("severity", Text, nullable=False, comment="stop, look or note"),
    Column("subject", BigInteger),
    Column("party", BigInteger),
    Column("kind", Text, comment="of line the subject is the number of; null: a service line"),
    Column("amount", BigInteger),
    Column("before", BigInteger),
    Column("accepted_by", Text),
    comment="What a run was found to have before it was worked out again, or given up.",
)
Index("finding_before_run", finding_before.c.run)

parked = Table(
    "parked",
    metadata,
    Column("run", BigInteger, ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
    Column("subject", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("what_to_do", Text, nullable=False),
    Column("since", Date, nullable=False, comment="first day left unsettled"),
    comment="A case this run could not work out. Everyone else was paid.",
)

hold = Table(
    "hold",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("scope", Text, nullable=False, comment="line or payee"),
    Column("target", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("held_at", DateTime, nullable=False),
    Column("held_on", Date, comment="the day it was held, as the officer acted; null: the day of held_at"),
    Column("released_by", Text),
    Column("released_at", DateTime),
    Column("released_on", Date, comment="the same of letting it go"),
    comment="Money told to wait. It is proposed again, the same, when let go.",
)

run_held = Table(
    "run_held",
    metadata,
    Column("run", BigInteger, ForeignKey("run.nr"), primary_key=True),
    Column("hold", BigInteger, ForeignKey("hold.nr"), primary_key=True),
    Column("scope", Text, nullable=False, comment="line or payee"),
    Column("target", BigInteger, nullable=False),
    Column("instead", Boolean, nullable=False, comment="it stood in for accepting a finding when the run was approved"),
    comment="The holds a run is released with: what they name stays out of it to the end, whoever lets go meanwhile.",
)

owed = Table(
    "owed",
    metadata,
    Column("run", BigInteger, ForeignKey("run.nr"), primary_key=True),
    Column("what", Text, primary_key=True, comment="recharges or files"),
    Column("since", DateTime, nullable=False, comment="UTC: when the run was released"),
    Column("done_at", DateTime, comment="UTC; null: still to be done"),
    Column("done_by", Text),
    Column("outcome", Text, comment="what came of it, in words"),
    CheckConstraint("what in ('recharges','files')", name="owed_what"),
    CheckConstraint(
        "(done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (outcome IS NULL)", name="owed_done_whole"
    ),
    comment="What a release owes beyond posting: recorded in the transaction that settles it, and done from here.",
)

outstanding = Table(
    "outstanding",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("subject", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("since", Date, nullable=False, comment="first day not yet settled"),
    Column("reason", Text, nullable=False, comment="held, parked or rejected"),
    Column("run", BigInteger, ForeignKey("run.nr"), primary_key=True),
    comment="Subjects whose money an earlier run left unsettled: the next run works them out from that day.",
)

officer_change = Table(
    "officer_change",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("name", Text, comment="the officer; null: the limit of a role alone"),
    Column("role", Text, comment="null: the officer ends"),
    Column("limit", BigInteger, comment="pence the role may sign for; null: as it was"),
    Column(
        "rights",
        Text,
        comment="prepare, review, approve, release: those the role has, with commas between; null: as they were",
    ),
    Column("alone", BigInteger, comment="pence the role signs for alone, above which two do; null: as it was"),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("founding", SmallInteger, comment="1 or 2: the first two officers, whom nobody was there to confirm"),
    Column("confirmed_by", Text, comment="null: waits for a second officer"),
    Column("confirmed_at", DateTime),
    UniqueConstraint("founding"),
    UniqueConstraint("nr", "name", "role", "confirmed_by"),
    UniqueConstraint("nr", "role", "limit", "confirmed_by"),
    CheckConstraint("founding IN (1, 2)", name="two_founders"),
    CheckConstraint(
        "(confirmed_by <> asked_by AND (name IS NULL OR confirmed_by <> name)) OR founding IS NOT NULL",
        name="officer_by_a_second_person",
    ),
    CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
    comment="Who may sign, and for how much: each change, who asked for it and why, and the officer who confirmed it.",
)

approval_tier = Table(
    "approval_tier",
    metadata,
    Column("role", Text, primary_key=True),
    Column("limit", BigInteger, primary_key=True, comment="pence this role may approve"),
    Column("change", BigInteger, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["change", "role", "limit", "confirmed_by"],
        ["officer_change.nr", "officer_change.role", "officer_change.limit", "officer_change.confirmed_by"],
    ),
    comment="Every limit a role has had, each confirmed. The latest change says which is in force.",
)

officer = Table(
    "officer",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("key", Text, comment="the normal form of the name: nobody is two officers"),
    Column("change", BigInteger, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Index("officer_once", "key", "role", unique=True),
    ForeignKeyConstraint(
        ["change", "name", "role", "confirmed_by"],
        ["officer_change.nr", "officer_change.name", "officer_change.role", "officer_change.confirmed_by"],
    ),
    comment="Every role an officer has had, each confirmed. The latest change says which is in force.",
)

approval = Table(
    "approval",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("place", SmallInteger, primary_key=True, server_default="1", comment="1: first to sign, 2: second"),
    Column("needed", SmallInteger, nullable=False, server_default="1", comment="how many must sign: one or two"),
    Column("prepared_by", Text, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("limit", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("to_sign_for", BigInteger, nullable=False),
    Column(
        "day_total",
        BigInteger,
        comment="pence signed for with the other runs of the day: of its pay period, or of one payee",
    ),
    Column("signature", Text, nullable=False),
    Column("approved_at", DateTime, nullable=False),
    Column("note", Text),
    ForeignKeyConstraint(
        ["run", "prepared_by", "submitted_by"], ["run.nr", "run.prepared_by", "run.submitted_by"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(
        ["run", "signature", "total", "to_sign_for"], ["run.nr", "run.signature", "run.total", "run.to_sign_for"]
    ),
    ForeignKeyConstraint(["approved_by", "role"], ["officer.name", "officer.role"]),
    ForeignKeyConstraint(["role", "limit"], ["approval_tier.role", "approval_tier.limit"]),
    UniqueConstraint("run", "approved_by"),
    CheckConstraint("place BETWEEN 1 AND needed AND needed IN (1, 2)", name="approval_in_its_place"),
    CheckConstraint("approved_by <> prepared_by AND approved_by <> submitted_by", name="approved_by_a_second_person"),
    CheckConstraint('to_sign_for <= "limit"', name="within_the_tier"),
    comment="Another person's signature over exactly these lines, or each of two. The database refuses any other.",
)

# No foreign keys here: a run posts a million rows at a time from a proposal whose accounts and run were read from their
# tables, each key check would double the time, and the proof counts any entry whose run or account is not there.
entry = Table(
    "entry",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("period_starts", Date, primary_key=True),
    Column("subject", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("funder", BigInteger, primary_key=True, comment="0: the council itself"),
    Column("party", BigInteger, primary_key=True, comment="the payee"),
    Column("revision", SmallInteger, primary_key=True, comment="1 first posted, then one for each adjustment"),
    Column("period_ends", Date, nullable=False),
    Column("run", BigInteger, nullable=False),
    Column("chunk", Integer, nullable=False),
    Column("debit", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence; below nought takes back"),
    Column("effective", Date, nullable=False, comment="last day of the period it belongs to"),
    Column("recorded", DateTime, nullable=False, comment="UTC"),
    CheckConstraint("amount <> 0", name="no_nought_entries"),
    CheckConstraint("debit <> credit", name="two_accounts"),
    Index("entry_run", "run", "party", "amount"),
    comment="The ledger. One row names both accounts, so it balances whatever happens. Never changed, never deleted.",
    sqlite_with_rowid=False,
)

export = Table(
    "export",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("run", BigInteger, ForeignKey("run.nr"), nullable=False),
    Column(
        "kind", Text, nullable=False, comment="creditor payments, journal, remittance csv, remittance xlsx, workings"
    ),
    Column("party", BigInteger),
    Column("name", Text, nullable=False, comment="file name"),
    Column("sha256", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("debit", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="the bytes as issued, an LZ4 frame"),
    UniqueConstraint("run", "kind", "party"),
    comment="Each file as issued, with its control totals. Asked for again, it is the same bytes.",
)

job_history = Table(
    "job_history",
    metadata,
    Column("job", Text, primary_key=True),
    Column("for_day", Date, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("started", DateTime, nullable=False),
    Column("ended", DateTime),
    Column("outcome", Text, nullable=False, comment="running, done or failed"),
    Column("what", Text, nullable=False),
    comment="What the timetable did, and when.",
)
Index(
    "job_once_a_day",
    job_history.c.job,
    job_history.c.for_day,
    unique=True,
    sqlite_where=text("outcome in ('running','done')"),
    postgresql_where=text("outcome in ('running','done')"),
)
