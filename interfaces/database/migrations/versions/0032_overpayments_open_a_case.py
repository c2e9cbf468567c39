"""A payee whom a released run leaves owing has a case, with decisions about who looks after it and how it is recovered.

Whoever the last released run of a calendar left owing has one from here on, opened by the run since which they have
owed without a break.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_moments,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse_where,
)

revision = "0032"
down_revision = "0031"

KEPT = "A case of overpayment, and what was decided about it, is never changed or deleted."
OPENED = "A case of overpayment is opened by the run that leaves its payee owing, as it is released."
BY_OFFICERS = "What becomes of an overpayment is decided by an officer on the list."


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "overpayment",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.BigInteger(), nullable=False, comment="the payee"),
        sa.Column(
            "run", sa.BigInteger(), sa.ForeignKey("run.nr"), nullable=False, comment="the run that left the payee owing"
        ),
        sa.Column("pence", sa.BigInteger(), nullable=False, comment="owed after that run"),
        sa.Column("opened_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.UniqueConstraint("run", "party"),
        sa.CheckConstraint("pence > 0", name="overpayment_of_something"),
        comment="A payee whom a released run left owing. It lasts while later runs carry a balance below nought.",
    )
    op.create_table(
        "overpayment_act",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("overpayment", sa.BigInteger(), sa.ForeignKey("overpayment.nr"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="owner, or recovery"),
        sa.Column("owner", sa.Text(), comment="the officer it is given to"),
        sa.Column("most_pence", sa.BigInteger(), comment="the most a run takes off; null: no such limit"),
        sa.Column(
            "most_percent", sa.SmallInteger(), comment="the same in per cent of what is due; null of both: all of it"
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.CheckConstraint("what IN ('owner', 'recovery')", name="overpayment_act_what"),
        sa.CheckConstraint("(what = 'owner') = (owner IS NOT NULL)", name="overpayment_act_of_an_owner"),
        sa.CheckConstraint(
            "most_pence IS NULL AND most_percent IS NULL OR what = 'recovery' AND (most_pence IS NULL OR most_percent "
            "IS NULL)",
            name="overpayment_act_one_limit",
        ),
        sa.CheckConstraint("most_pence >= 0", name="overpayment_act_pence"),
        sa.CheckConstraint("most_percent BETWEEN 0 AND 100", name="overpayment_act_percent"),
        comment="Who looks after an overpayment, and how it is recovered: each decision, the latest of a sort holds.",
    )
    op.create_index("overpayment_act_of", "overpayment_act", ["overpayment"])
    op.execute(_OWING_NOW)
    both = ("overpayment", "overpayment_act")
    guard_records(dict.fromkeys(both, KEPT))
    guard_against_replacing(dict.fromkeys(both, KEPT))
    guard_numbers(both, KEPT)
    guard_moments(both, KEPT)
    releasing = (
        "NOT EXISTS (SELECT 1 FROM run r JOIN run_party p ON p.run = r.nr WHERE r.nr = NEW.run AND r.status = "
        "'releasing' AND r.stream = NEW.stream AND r.calendar = NEW.calendar AND p.party = NEW.party AND "
        "p.carried_forward = -NEW.pence AND r.urgent_for IS NULL)"
    )
    refuse_where("overpayment_of_its_run", "INSERT", "overpayment", OPENED, releasing)
    on_the_list = 'NOT EXISTS (SELECT 1 FROM officer o WHERE o.name = NEW."{0}")'
    unknown = f"{on_the_list.format('by')} OR NEW.owner IS NOT NULL AND {on_the_list.format('owner')}"
    refuse_where("overpayment_act_by_an_officer", "INSERT", "overpayment_act", BY_OFFICERS, unknown)
    pin_guards()


_POSTED = "urgent_for IS NULL AND {0}.status IN ('released', 'acknowledged')"
_OWING_NOW = f"""
INSERT INTO overpayment (stream, calendar, party, run, pence, opened_at)
SELECT r.stream, r.calendar, p.party, r.nr, -p.carried_forward, r.released_at
FROM run_party p JOIN run r ON r.nr = p.run
WHERE r.{_POSTED.format("r")} AND p.carried_forward < 0
AND r.nr = (
    SELECT min(f.run) FROM run_party f JOIN run fr ON fr.nr = f.run
    WHERE fr.stream = r.stream AND fr.calendar = r.calendar AND fr.{_POSTED.format("fr")} AND f.party = p.party
    AND f.carried_forward < 0 AND f.run > coalesce((
        SELECT max(g.run) FROM run_party g JOIN run gr ON gr.nr = g.run
        WHERE gr.stream = r.stream AND gr.calendar = r.calendar AND gr.{_POSTED.format("gr")} AND g.party = p.party
        AND g.carried_forward >= 0
    ), 0)
)
ORDER BY r.nr, p.party
"""
