"""Waivers that have stood for half a year are asked about; younger, ended and cancelled ones are not."""

import datetime as dt

from sqlalchemy import insert

from billing.assessments.tables import figure_override, override_approval
from billing.audit.checks import standing
from billing.audit.checks.standing_store import Standing
from interfaces.database.connection import Database
from tests import builders
from tests.guards import guards_lifted

ON = dt.date(2026, 12, 1)


def waived(ref: str, person: str, **more: object) -> builders.Row:
    agreed = {"reason": "Hardship", "requested_by": "Ann", "approved_by": "Bo", "weekly_amount": "20.00"}
    return {"waiver_ref": ref, "person_ref": person, "start_date": "2026-06-01", **agreed, **more}


def test_what_has_stood_long(database: Database) -> None:
    people = [builders.person(f"P{nr}", born=f"194{nr}-02-28") for nr in range(1, 5)]
    waivers = [
        waived("W1", "P1"),
        waived("W2", "P2", start_date="2026-07-01"),
        waived("W3", "P3", end_date="2026-10-31"),
        waived("W4", "P4", weekly_amount="", percent="100"),
    ]
    builders.tell(database, {"people": people, "waivers": waivers}, dt.datetime(2026, 6, 1, 9))
    with database.read() as connection:
        seen = standing.read(connection, ON)
    began = dt.date(2026, 6, 1)
    assert seen == [
        Standing("waiver", "W1", "P1", began, 20_00, "Ann", "Bo"),
        Standing("waiver", "W4", "P4", began, None, "Ann", "Bo"),
    ]
    one, whole = standing.find(seen, ON)
    assert one.what == ("P1: waiver W1 has stood since 1 June 2026, £20.00 a week; asked for by Ann, approved by Bo.")
    assert (one.pence, whole.pence) == (20_00, 0) and "2026, all of the charge or a part of it; asked" in whole.what


def test_figures_set_by_hand(database: Database) -> None:
    builders.tell(database, {"people": [builders.person()]}, dt.datetime(2026, 6, 1, 9))
    days = {"starts": dt.date(2026, 5, 1), "ends": dt.date(2027, 4, 1)}
    asked = {"person": 1, "of": "the charge", "amount": 55_10, "reason": "Told by phone", "requested_by": "Ann"}
    with guards_lifted(database, "figure_override", "override_approval") as connection:
        for nr, more in ((1, {}), (2, {}), (3, {"ends": dt.date(2026, 11, 1)})):
            row = {"nr": nr, "ref": f"O{nr}", "learned": 1, "source_row": 2, **asked, **days, **more}
            connection.execute(insert(figure_override).values(row))
        for nr in (1, 3):
            word = {"override": nr, "learned": 1, "requested_by": "Ann", "approved_by": "Bo", "change": 1}
            connection.execute(insert(override_approval).values(word))
    with database.read() as connection:
        (found,) = standing.find(standing.read(connection, ON), ON)
    assert found.pence == 55_10
    said = "P1: figure by hand of the charge O1 has stood since 1 May 2026, £55.10 a week"
    assert found.what == f"{said}; asked for by Ann, approved by Bo."
