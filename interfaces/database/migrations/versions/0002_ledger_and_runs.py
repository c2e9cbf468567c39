"""The sub-ledger and the run machine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("cost_centre", sa.Text(), nullable=False),
        sa.Column("subjective", sa.Text(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.UniqueConstraint("entity", "cost_centre", "subjective", "analysis"),
        comment="A full code in the corporate ledger.",
    )
    op.create_table(
        "officer_change",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("name", sa.Text(), comment="the officer; null: the limit of a role alone"),
        sa.Column("role", sa.Text(), comment="null: the officer ends"),
        sa.Column("limit", sa.BigInteger(), comment="pence the role may sign for; null: as it was"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column(
            "founding", sa.SmallInteger(), comment="1 or 2: the first two officers, whom nobody was there to confirm"
        ),
        sa.Column("confirmed_by", sa.Text(), comment="null: waits for a second officer"),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.UniqueConstraint("founding"),
        sa.UniqueConstraint("nr", "name", "role", "confirmed_by"),
        sa.UniqueConstraint("nr", "role", "limit", "confirmed_by"),
        sa.CheckConstraint("founding IN (1, 2)", name="two_founders"),
        sa.CheckConstraint(
            "(confirmed_by <> asked_by AND (name IS NULL OR confirmed_by <> name)) OR founding IS NOT NULL",
            name="officer_by_a_second_person",
        ),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        comment="Who may sign, and for how much: each change, who asked for it and why, "
        "and the officer who confirmed it.",
    )
    op.create_table(
        "approval_tier",
        sa.Column("role", sa.Text(), primary_key=True),
        sa.Column("limit", sa.BigInteger(), primary_key=True, comment="pence this role may approve"),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change", "role", "limit", "confirmed_by"],
            ["officer_change.nr", "officer_change.role", "officer_change.limit", "officer_change.confirmed_by"],
        ),
        comment="Every limit a role has had, each confirmed. The latest change says which is in force.",
    )
    op.create_table(
        "officer",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("role", sa.Text(), primary_key=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change", "name", "role", "confirmed_by"],
            ["officer_change.nr", "officer_change.name", "officer_change.role", "officer_change.confirmed_by"],
        ),
        comment="Every role an officer has had, each confirmed. The latest change says which is in force.",
    )
    op.create_table(
        "entry",
        sa.Column("stream", sa.Text(), primary_key=True),
        sa.Column("period_starts", sa.Date(), primary_key=True),
        sa.Column("subject", sa.BigInteger(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("funder", sa.BigInteger(), primary_key=True, comment="0: the council itself"),
        sa.Column("party", sa.BigInteger(), primary_key=True, comment="the payee"),
        sa.Column(
            "revision", sa.SmallInteger(), primary_key=True, comment="1 first posted, then one for each adjustment"
        ),
        sa.Column("period_ends", sa.Date(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence; below nought takes back"),
        sa.Column("effective", sa.Date(), nullable=False, comment="last day of the period it belongs to"),
        sa.Column("recorded", sa.DateTime(), nullable=False, comment="UTC"),
        sa.CheckConstraint("amount <> 0", name="no_nought_entries"),
        sa.CheckConstraint("debit <> credit", name="two_accounts"),
        sqlite_with_rowid=False,
        comment="The ledger. One row names both accounts, so it balances whatever happens. "
        "Never changed, never deleted.",
    )
    op.create_index("entry_run", "entry", ["run", "party"])
    op.create_table(
        "hold",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False, comment="line or payee"),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("released_at", sa.DateTime()),
        comment="Money told to wait. It is proposed again, the same, when let go.",
    )
    op.create_table(
        "job_history",
        sa.Column("job", sa.Text(), primary_key=True),
        sa.Column("for_day", sa.Date(), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime()),
        sa.Column("outcome", sa.Text(), nullable=False, comment="running, done or failed"),
        sa.Column("what", sa.Text(), nullable=False),
        comment="What the timetable did, and when.",
    )
    op.create_index(
        "job_once_a_day",
        "job_history",
        ["job", "for_day"],
        unique=True,
        sqlite_where=sa.text("outcome in ('running','done')"),
        postgresql_where=sa.text("outcome in ('running','done')"),
    )
    op.create_table(
        "run",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("calendar_name", sa.Text(), nullable=False),
        sa.Column("up_to", sa.Date(), nullable=False, comment="first day not paid by this run"),
        sa.Column(
            "window_starts", sa.Date(), nullable=False, comment="first day worked out for every line, changed or not"
        ),
        sa.Column("pay_date", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False, comment="the last change this run knew of"),
        sa.Column(
            "known_before",
            sa.BigInteger(),
            nullable=False,
            comment="the last change the run before it knew of; 0: none",
        ),
        sa.Column("run_before", sa.BigInteger(), comment="the last run released for this calendar"),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by", sa.Text()),
        sa.Column("submitted_at", sa.DateTime()),
        sa.Column("released_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime(), comment="when it was abandoned"),
        sa.Column("signature", sa.Text(), comment="sha256 over every chunk's lines, in order"),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False, comment="pence proposed"),
        sa.Column("to_sign_for", sa.BigInteger(), nullable=False, comment="pence the approver's limit must cover"),
        sa.Column("policy", sa.Text(), nullable=False, comment="JSON: rounding and tolerances in force"),
        sa.UniqueConstraint("nr", "prepared_by", "submitted_by"),
        sa.UniqueConstraint("nr", "signature", "total", "to_sign_for"),
        sa.CheckConstraint(
            "status in ('draft','calculated','submitted','approved','released','acknowledged','abandoned')",
            name="run_status",
        ),
        comment="One run of one stream.",
    )
    op.create_index(
        "one_open_run",
        "run",
        ["stream", "calendar"],
        unique=True,
        sqlite_where=sa.text("status in ('draft','calculated','submitted','approved')"),
        postgresql_where=sa.text("status in ('draft','calculated','submitted','approved')"),
    )
    op.create_table(
        "approval",
        sa.Column("run", sa.BigInteger(), primary_key=True),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("to_sign_for", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(
            ["run", "prepared_by", "submitted_by"],
            ["run.nr", "run.prepared_by", "run.submitted_by"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run", "signature", "total", "to_sign_for"], ["run.nr", "run.signature", "run.total", "run.to_sign_for"]
        ),
        sa.ForeignKeyConstraint(["approved_by", "role"], ["officer.name", "officer.role"]),
        sa.ForeignKeyConstraint(["role", "limit"], ["approval_tier.role", "approval_tier.limit"]),
        sa.CheckConstraint(
            "approved_by <> prepared_by AND approved_by <> submitted_by", name="approved_by_a_second_person"
        ),
        sa.CheckConstraint('to_sign_for <= "limit"', name="within_the_tier"),
        comment="A second person's signature over exactly these lines. The database itself refuses any other.",
    )
    op.create_table(
        "coding_rule",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("purpose", sa.Text(), nullable=False, comment="cost, income, control, bank, debtor, suspense"),
        sa.Column(
            "kind", sa.Text(), comment="care, contribution, top-up, nursing, adjustment, block; null matches all"
        ),
        sa.Column("service_kind", sa.Text()),
        sa.Column("support_reason", sa.Text()),
        sa.Column("age_band", sa.Text(), comment="18-64 or 65+"),
        sa.Column("funder_kind", sa.Text()),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date()),
        sa.Column("account", sa.BigInteger(), sa.ForeignKey("account.nr"), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), comment="UTC; empty: it came with Outturn"),
        comment="Dated rules finance edits: which code a line falls to. The most particular rule wins.",
    )
    op.create_table(
        "export",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="creditor payments, journal, remittance csv, remittance xlsx, workings",
        ),
        sa.Column("party", sa.BigInteger()),
        sa.Column("name", sa.Text(), nullable=False, comment="file name"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the bytes as issued, an LZ4 frame"),
        sa.UniqueConstraint("run", "kind", "party"),
        comment="Each file as issued, with its control totals. Asked for again, it is the same bytes.",
    )
    op.create_table(
        "finding",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr", ondelete="CASCADE"), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False, comment="stop, look or note"),
        sa.Column("subject", sa.BigInteger()),
        sa.Column("party", sa.BigInteger()),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("before", sa.BigInteger()),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text()),
        sa.Column("accepted_reason", sa.Text()),
        comment="What a reviewer should see before signing.",
    )
    op.create_index("finding_run", "finding", ["run"])
    op.create_table(
        "outstanding",
        sa.Column("stream", sa.Text(), primary_key=True),
        sa.Column("subject", sa.BigInteger(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("since", sa.Date(), nullable=False, comment="first day not yet settled"),
        sa.Column("reason", sa.Text(), nullable=False, comment="held, parked or rejected"),
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), primary_key=True),
        comment="Subjects whose money an earlier run left unsettled: the next run works them out from that day.",
    )
    op.create_table(
        "parked",
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
        sa.Column("subject", sa.BigInteger(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("what_to_do", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False, comment="first day left unsettled"),
        comment="A case this run could not work out. Everyone else was paid.",
    )
    op.create_table(
        "run_chunk",
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("first_subject", sa.BigInteger(), nullable=False),
        sa.Column("end_subject", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("proposal", sa.LargeBinary(), nullable=False, comment="Parquet: one row a proposed line"),
        sa.Column("steps", sa.LargeBinary(), nullable=False, comment="Parquet: one row a step behind them"),
        sa.Column("posted", sa.Boolean(), nullable=False),
        comment="Part of a run: worked out once, signed by hash, posted once.",
    )
    op.create_table(
        "run_event",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text()),
        comment="Who did what to a run, and when.",
    )
    op.create_table(
        "run_party",
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr", ondelete="CASCADE"), primary_key=True),
        sa.Column("party", sa.BigInteger(), primary_key=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False, comment="pence proposed and told to wait"),
        sa.Column(
            "brought_forward", sa.BigInteger(), nullable=False, comment="pence owed (below nought: owing) before"
        ),
        sa.Column("paid", sa.BigInteger(), nullable=False, comment="pence settled by this run"),
        sa.Column("carried_forward", sa.BigInteger(), nullable=False, comment="brought forward + posted - paid"),
        sa.Column("withheld", sa.Text(), comment="why nothing was paid, when something was owed"),
        comment="What a run proposes, pays and carries forward for each payee.",
    )
