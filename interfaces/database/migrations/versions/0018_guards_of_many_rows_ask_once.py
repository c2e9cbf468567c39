"""Guards that ask the stage of a run, of tables filled by the thousand, ask once a statement on PostgreSQL.

They refuse what they refused. A payee's balance is put in when a run is worked out and again when it is settled, and a
file is issued for each: to ask at every row took as long as to put it in. SQLite knows guards of rows alone.
"""

from alembic import op

from interfaces.database.shapes import drop_guard, pin_guards, refuse_rows_where

revision = "0018"
down_revision = "0017"

BALANCES = "What a run pays and carries forward is never changed, but for what becomes a debt."
LEFT = "What a release left behind is never changed or deleted."
ISSUED = "Files are issued only of a run that is released."
GUARDS = (
    ("run_party_put_in", "INSERT", "run_party", BALANCES, ("draft", "releasing")),
    ("run_party_kept", "DELETE", "run_party", BALANCES, ("draft", "releasing", "abandoned")),
    ("outstanding_put_in", "INSERT", "outstanding", LEFT, ("releasing",)),
    ("export_of_a_run_released", "INSERT", "export", ISSUED, ("released", "acknowledged")),
)
"""Name, deed, table, words, and the stages of a run that it is allowed at."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, deed, table, words, stages in GUARDS:
        drop_guard(name, table)
        op.execute(f"DROP FUNCTION {name}()")
        row = "OLD" if deed == "DELETE" else "NEW"
        at = ", ".join(map(repr, stages))
        at_stage = f"EXISTS (SELECT 1 FROM run WHERE run.nr = {row}.run AND run.status IN ({at}))"
        refuse_rows_where(name, deed, table, words, f"NOT {at_stage}")
    pin_guards()
