"""Officers as they are shown: their role’s limit and rights, and what signing comes to with both."""

import datetime as dt

from interfaces.database.connection import Database
from ledgers.officers import jobs
from ledgers.officers.authority import RIGHTS
from ledgers.officers.views_store import OfficerShown, Tier, read_officers

AT = dt.datetime(2026, 5, 1, 9)


def test_officers_by_name_with_what_their_role_may_sign_for(database: Database) -> None:
    with database.begin() as connection:
        jobs.add_officers(connection, {"Bo": "manager", "Ann": "clerk"}, {"manager": 5_000_00})
        found = read_officers(connection)
    assert found.officers == [
        OfficerShown("Ann", "clerk", None, tuple(RIGHTS)),
        OfficerShown("Bo", "manager", 5_000_00, tuple(RIGHTS)),
    ]
    assert [each.signs_for for each in found.officers] == [None, 5_000_00]
    assert (found.tiers, found.misspelt, found.waiting) == ([Tier("manager", 5_000_00, None)], [], [])


def test_a_role_that_may_not_approve_signs_for_nothing_whatever_its_limit(database: Database) -> None:
    with database.begin() as connection:
        jobs.add_officers(connection, {"Ann": "manager", "Bo": "manager", "Cy": "clerk"}, {"clerk": 900_00})
        asked = jobs.set_rights(connection, "clerk", ["prepare"], reason="Scheme of 2026", by="Ann", at=AT)
        assert asked is not None
        waiting = read_officers(connection).waiting
        jobs.confirm_change(connection, asked.nr, by="Bo", at=AT)
        found = {each.name: each for each in read_officers(connection).officers}
    assert [each.nr for each in waiting] == [asked.nr]
    assert (found["Cy"].limit, found["Cy"].rights, found["Cy"].signs_for) == (900_00, ("prepare",), None)
