"""The proof names a policy, or a run, that does not go by what was signed."""

import datetime as dt

from sqlalchemy import update

from interfaces.database.connection import Database
from interfaces.files.outbound.policy_proved import prove_policy
from ledgers import tables as t
from ledgers.jobs import Draft, draft_run
from ledgers.officers.jobs import add_officers
from ledgers.policy.tables import policy_choices, policy_version
from ledgers.store import read_runs
from tests.builders import policy_holds
from tests.guards import guards_lifted

AT, JUNE = dt.datetime(2026, 5, 4, 9), dt.date(2026, 6, 1)
TEXT = "[payments]\ntolerance_percent = 7\n"


def said(database: Database) -> list[str]:
    with database.read() as connection:
        return [f"{each.where} {each.what}" for each in prove_policy(connection, read_runs(connection))]


def test_what_was_put_past_the_guards_is_named(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {"Ann": "manager", "Bo": "manager"}, {})
    policy_holds(database, TEXT)
    draft = Draft("payments", 1, "Weekly", JUNE, dt.date(2026, 4, 6), JUNE, 0, "{}")
    run = draft_run(database, draft, by="Ann", at=AT)
    assert said(database) == []
    with guards_lifted(database, "run") as connection:
        connection.execute(update(t.run).values(policy=run.policy.replace("7", "99")))
    assert said(database) == [f"run {run.nr} goes by other choices than policy 1, which it names"]
    with guards_lifted(database, "run", "policy_choices") as connection:
        changed = run.policy.replace("7", "99")
        connection.execute(update(policy_choices).where(policy_choices.c.stream == "payments").values(choices=changed))
    assert said(database) == ["policy 1 has other choices for payments than its text"]
    with guards_lifted(database, "policy_version") as connection:
        connection.execute(update(policy_version).values(content=TEXT.replace("7", "99")))
    assert said(database) == ["policy 1 is not the text that was proposed"]
