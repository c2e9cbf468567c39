"""A policy proposed, confirmed and withdrawn; runs go by the one that holds, and the database refuses any other."""

import datetime as dt

import pytest
from sqlalchemy import delete, insert, text, update

from finance.problems import Clash, Guarded
from interfaces.database.connection import Database
from ledgers import tables as t
from ledgers.jobs import Draft, draft_run
from ledgers.officers.authority import NoRight, NotAnOfficer
from ledgers.officers.jobs import add_officers, change_role, confirm_change, set_rights
from ledgers.policy import jobs, store
from ledgers.policy.jobs import NoReasonForPolicy
from ledgers.policy.tables import policy_choices, policy_version
from ledgers.policy.versions import NoSuchPolicy, PolicyHolds, PolicyNeedsASecondPerson, PolicyVersion, SamePolicy
from ledgers.views.store import read_policy

AT = dt.datetime(2026, 5, 4, 9)
JUNE = dt.date(2026, 6, 1)
ANN, BO, CY, DI = "Ann Archer", "Bo Baker", "Cy Clark", "Di Draper"


@pytest.fixture
def council(database: Database) -> Database:
    with database.begin() as connection:
        add_officers(
            connection, {ANN: "manager", BO: "manager", CY: "clerk", DI: "manager"}, {"manager": 100_000_00, "clerk": 1}
        )
        asked = set_rights(connection, "clerk", ["review"], reason="New", by=ANN, at=AT)
        assert asked is not None
        confirm_change(connection, asked.nr, by=BO, at=AT)
        moved = change_role(connection, DI, "clerk", None, reason="Moved", by=ANN, at=AT)
        assert moved is not None
        confirm_change(connection, moved.nr, by=BO, at=AT)
    return database


def begun(database: Database, choices: str = '{"first": 1}') -> PolicyVersion:
    with database.begin() as connection:
        return jobs.found(connection, "first", {"payments": choices}, name="council.toml", by=ANN, at=AT)


def proposed(
    database: Database, content: str = "second", starts: dt.date = JUNE, by: str = ANN, reason: str = "Cabinet"
) -> PolicyVersion:
    said = {"payments": f'{{"{content}": 1}}'}
    with database.begin() as connection:
        return jobs.propose(connection, content, said, starts=starts, name="c.toml", reason=reason, by=by, at=AT)


def confirmed(database: Database, nr: int, by: str = BO) -> PolicyVersion:
    with database.begin() as connection:
        return jobs.confirm(connection, nr, by=by, at=AT)


def draft(up_to: dt.date, policy: str = "{}", named: bool = False, starts: dt.date = dt.date(2026, 4, 6)) -> Draft:
    return Draft("payments", 1, "Weekly", up_to, starts, up_to, 0, policy, named)


def test_a_policy_holds_from_its_day_once_another_has_confirmed_it(council: Database) -> None:
    begun(council)
    made = proposed(council)
    for by, refusal in ((ANN, PolicyNeedsASecondPerson), ("Nobody", NotAnOfficer), (CY, NoRight)):
        with pytest.raises(refusal):
            confirmed(council, made.nr, by=by)
    with council.read() as connection:
        assert store.read_in_force(connection, JUNE) == store.read_version(connection, 1)
    confirmed(council, made.nr, by="bo  baker")
    with council.read() as connection:
        held = [store.read_in_force(connection, day) for day in (JUNE - dt.timedelta(days=1), JUNE)]
    assert [each and (each.nr, each.confirmed_by) for each in held] == [(1, ANN), (2, BO)]
    with pytest.raises(NoSuchPolicy, match="confirmed by Bo Baker already"):
        confirmed(council, made.nr)


def test_a_policy_is_proposed_by_an_officer_with_why_once(council: Database) -> None:
    with pytest.raises(NotAnOfficer):
        proposed(council, by="Nobody")
    with pytest.raises(NoRight):
        proposed(council, by=CY)
    with pytest.raises(NoReasonForPolicy):
        proposed(council, reason="  ")
    assert proposed(council).nr == proposed(council, by=BO).nr == 1  # it waits already, and is Ann's
    confirmed(council, 1)
    with pytest.raises(SamePolicy):
        proposed(council, starts=JUNE + dt.timedelta(days=9))
    assert proposed(council, starts=JUNE - dt.timedelta(days=9)).nr == 2  # earlier than it holds: news


def test_a_policy_withdrawn_never_holds(council: Database) -> None:
    proposed(council)
    with council.begin() as connection:
        jobs.withdraw(connection, 1, reason="A slip", by=BO, at=AT)
    with pytest.raises(NoSuchPolicy, match="withdrawn by Bo Baker"):
        confirmed(council, 1)
    with council.read() as connection:
        assert store.read_in_force(connection, JUNE) is None


def test_a_run_goes_by_the_policy_of_its_last_day_and_by_no_other(council: Database) -> None:
    begun(council)
    confirmed(council, proposed(council).nr)
    with pytest.raises(PolicyHolds, match="policy 2"):
        draft_run(council, draft(JUNE + dt.timedelta(days=1), '{"mine": 1}', named=True), by=ANN, at=AT)
    may = draft_run(council, draft(JUNE), by=ANN, at=AT)
    assert (may.policy_version, may.policy) == (1, '{"first": 1}')
    with council.read() as connection:
        assert read_policy(connection, may, None).since is None
    confirmed(council, proposed(council, "third", dt.date(2026, 5, 1)).nr)
    with council.read() as connection:
        shown = read_policy(connection, may, None)
    assert (shown.version, shown.confirmed_by, shown.since) == (1, None, 3)


def test_a_run_goes_by_what_was_named_where_no_policy_holds(council: Database) -> None:
    confirmed(council, proposed(council).nr)
    may = draft_run(council, draft(JUNE, '{"mine": 1}', named=True), by=ANN, at=AT)
    assert (may.policy_version, may.policy) == (None, '{"mine": 1}')


def test_the_first_policy_counts_at_once_only_before_the_first_run(council: Database) -> None:
    draft_run(council, draft(JUNE), by=ANN, at=AT)
    with pytest.raises((Guarded, Clash), match="before its first run"):
        begun(council)


def test_the_first_policy_is_an_officer_s_or_of_the_act_that_founds_the_council(council: Database) -> None:
    with pytest.raises(NotAnOfficer), council.begin() as connection:
        jobs.found(connection, "x", {}, name="c.toml", by="Nobody", at=AT)
    with pytest.raises((Guarded, Clash)), council.begin() as connection:
        store.add_version(
            connection,
            kind="policy",
            starts=JUNE,
            name="x",
            content="x",
            sha256="x",
            reason="x",
            by="Nobody",
            at=AT,
            choices={},
            founding=True,
        )


VERSION = {
    "kind": "policy",
    "starts": JUNE,
    "name": "x",
    "content": "x",
    "sha256": "x",
    "reason": "x",
    "asked_by": ANN,
    "asked_at": AT,
}
CONFIRMED = {"confirmed_by": BO, "confirmed_role": "manager", "confirmed_at": AT}
RUN = {
    "stream": "payments",
    "calendar": 9,
    "calendar_name": "W",
    "window_starts": dt.date(2026, 4, 6),
    "pay_date": JUNE,
    "status": "draft",
    "known": 0,
    "known_before": 0,
    "prepared_by": ANN,
    "drafted_at": AT,
    "lines": 0,
    "total": 0,
    "to_sign_for": 0,
    "working": 0,
    "cut_off": False,
    "up_to": JUNE,
}
FORBIDDEN = {
    "content rewritten": update(policy_version).where(policy_version.c.nr == 1).values(content="other"),
    "an earlier day": update(policy_version).where(policy_version.c.nr == 2).values(starts=dt.date(2020, 1, 1)),
    "deleted": delete(policy_version).where(policy_version.c.nr == 2),
    "choices rewritten": update(policy_choices).values(choices="{}"),
    "choices deleted": delete(policy_choices),
    "choices put in afterwards": insert(policy_choices).values(version=1, stream="receipts", choices="{}"),
    "confirmed by whoever proposed it": update(policy_version)
    .where(policy_version.c.nr == 2)
    .values(**CONFIRMED | {"confirmed_by": ANN}),
    "confirmed by nobody known": update(policy_version)
    .where(policy_version.c.nr == 2)
    .values(**CONFIRMED | {"confirmed_by": "Nobody"}),
    "confirmed by who may not": update(policy_version)
    .where(policy_version.c.nr == 2)
    .values(**CONFIRMED | {"confirmed_by": CY, "confirmed_role": "clerk"}),
    "confirmed in a role they had before": update(policy_version)
    .where(policy_version.c.nr == 2)
    .values(**CONFIRMED | {"confirmed_by": DI}),
    "confirmed in a role not theirs": update(policy_version)
    .where(policy_version.c.nr == 2)
    .values(**CONFIRMED | {"confirmed_role": "director"}),
    "confirmed twice": update(policy_version).where(policy_version.c.nr == 1).values(confirmed_by=BO),
    "unconfirmed": update(policy_version).where(policy_version.c.nr == 1).values(confirmed_by=None, confirmed_at=None),
    "put in as confirmed": insert(policy_version).values(**VERSION, **CONFIRMED),
    "put in by nobody known": insert(policy_version).values(**VERSION | {"asked_by": "Nobody"}),
    "another to begin with": insert(policy_version).values(**VERSION, founding=1, confirmed_by=ANN, confirmed_at=AT),
    "withdrawn after it held": update(policy_version)
    .where(policy_version.c.nr == 1)
    .values(withdrawn_by=ANN, withdrawn_at=AT),
    "a run by other choices": insert(t.run).values(**RUN, policy="{}", policy_version=1),
    "a run by no policy": insert(t.run).values(**RUN, policy="{}"),
    "a run by one that waits": insert(t.run).values(**RUN, policy='{"second": 1}', policy_version=2),
    "a run given another": update(t.run).values(policy_version=2),
}


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_the_database_refuses(council: Database, deed: str) -> None:
    begun(council)
    proposed(council)
    draft_run(council, draft(JUNE), by=ANN, at=AT)
    with pytest.raises(Guarded), council.begin() as connection:
        connection.execute(FORBIDDEN[deed])
    with council.begin() as connection:
        connection.execute(text("SELECT 1"))
    assert confirmed(council, 2).confirmed_by == BO
