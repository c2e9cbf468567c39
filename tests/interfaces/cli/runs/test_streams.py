"""Runs of several streams under one count of numbers: the way of the README ends proved, and no verb takes
another's run.
"""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from finance.facts.tables import change
from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers.runs import OfAnotherStream
from payruns.jobs import broken_off
from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn

# Of four weeks from 6 April 2026: the family bears £75.00 a week of L1, the NHS 40% of L2 at £390.00 a week.
RECHARGED = 75_00 * 4 + 156_00 * 4


@pytest.fixture
def recharged(outturn: Outturn, tmp_path: Path) -> Outturn:
    """Run 1 of payments is released; run 2 recharged it to both funders. No file is made yet."""
    payers = tmp_path / "bill_payers.csv"
    payers.write_text(
        "payer_ref,name,kind,person_ref,funder_ref,calendar_ref,customer_number\n"
        "BPI,Example Integrated Care Board,funder,,ICB,,\n"
        "BPF,Example Family,funder,,FAM,,\n",
        encoding="utf-8",
    )
    outturn.asks("officer", "add", BO, "manager", "--limit", "20,000", "--as", BO)
    outturn.asks("officer", "add", ANN, "clerk", "--as", BO)
    outturn.asks("load", GOOD, "--as", ANN)
    outturn.asks("load", payers, "--as", ANN)
    outturn.asks("bank", "confirm", "--all", "--evidence", "called back", "--as", BO)
    outturn.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)
    outturn.asks("payrun", "submit", 1, "--as", ANN)
    outturn.asks("payrun", "approve", 1, "--as", BO)
    return outturn


def test_the_way_of_the_readme_ends_proved(recharged: Outturn, tmp_path: Path) -> None:
    said = recharged.says("payrun", "release", 1, "--as", ANN)
    assert f"Run 2 recharges £{RECHARGED / 100:,.2f} to other funders, 2 bills." in said
    assert "Next: outturn payrun files 1, which writes the files of run 2 too; then outturn bill issue 2" in said
    shown = recharged.says("payrun", "files", 1, "--folder", tmp_path / "out", "--as", BO)
    assert "Run 2 recharged it to other funders:" in shown and "journal_run_000002.csv" in shown
    assert {"journal_run_000001.csv", "journal_run_000002.csv", "creditor_payments_run_000001.csv"} <= {
        each.name for each in (tmp_path / "out").iterdir()
    }
    listed = recharged.asks("payrun", "files", 1, "--list")
    assert listed["recharge_run"] == 2
    (journal,) = [each for each in listed["recharge_files"] if each["kind"] == "journal"]
    assert journal["debit_pence"] == journal["credit_pence"] == RECHARGED
    assert recharged.asks("proof")["holds"] is True


def test_runs_of_recharges_are_listed_looked_at_and_written_with_those_of_charges(
    recharged: Outturn, tmp_path: Path
) -> None:
    assert recharged.asks("payrun", "release", 1, "--as", ANN)["recharge_run"] == 2
    (listed,) = recharged.asks("billrun", "list")["runs"]
    assert (listed["run"], listed["stream"], listed["total_pence"]) == (2, "recharges", RECHARGED)
    assert "Stream" in recharged.says("billrun", "list") and "Stream" not in recharged.says("receipt", "runs")
    assert recharged.asks("billrun", "bills", 2)["total_pence"] == RECHARGED
    assert (
        recharged.asks("billrun", "findings", 2)["of"] == 0 and recharged.asks("billrun", "parked", 2)["parked"] == []
    )
    largest = {each["payer"]: each["total_pence"] for each in recharged.asks("billrun", "show", 2)["largest"]}
    assert largest == {"BPI": 156_00 * 4, "BPF": 75_00 * 4}
    assert {
        each["kind"] for each in recharged.asks("billrun", "files", 2, "--folder", tmp_path, "--as", BO)["files"]
    } >= {"journal"}
    assert recharged.refused("billrun", "submit", 2, "--as", ANN)["kind"] == "OfAnotherStream"
    hold = recharged.asks("billrun", "hold", "BPI", "--reason", "with the board", "--as", BO)["hold"]
    (held,) = recharged.asks("billrun", "holds")["holds"]
    assert (held["hold"], held["ref"], held["scope"]) == (hold, "BPI", "payee")
    assert "payer" in recharged.says("billrun", "holds")
    recharged.asks("billrun", "let-go", hold, "--as", BO)
    assert recharged.asks("billrun", "holds")["holds"] == []
    assert recharged.asks("billrun", "findings", 2, "--severity", "stop")["of"] == 0
    assert "billrun files 2" in recharged.says("billrun", "recharge", 1, "--as", ANN)


def test_a_verb_of_pay_runs_takes_no_run_of_another_stream(
    recharged: Outturn, database: Database, tmp_path: Path
) -> None:
    recharged.asks("payrun", "release", 1, "--as", ANN)
    at = dt.datetime(2026, 5, 5)
    with database.begin() as connection:
        known = connection.execute(select(change.c.nr)).scalars().first()
        day = dt.date(2026, 5, 5)
        receipts = ledger.add_run(
            connection,
            stream="receipts",
            calendar=99,
            calendar_name="cash book",
            up_to=day,
            window_starts=day,
            pay_date=day,
            status="draft",
            known=known,
            known_before=known,
            run_before=None,
            prepared_by=ANN,
            drafted_at=at,
            lines=0,
            total=0,
            to_sign_for=0,
            policy="{}",
        )
    for run, whose, shows in (
        (2, "recharges", "billrun show 2"),
        (receipts, "receipts", f"receipt findings {receipts}"),
    ):
        for verb in (
            ("show", run),
            ("lines", run),
            ("findings", run),
            ("parked", run),
            ("calculate", run, "--as", ANN),
            ("files", run),
            ("remittance", run, "V1"),
            ("submit", run, "--as", ANN),
            ("approve", run, "--as", BO),
            ("send-back", run, "--note", "Line L1 is doubled", "--as", BO),
            ("release", run, "--as", ANN),
            ("abandon", run, "--note", "Line L1 is doubled", "--as", ANN),
            ("debt", run, "V1", "--as", ANN),
            ("accept", run, "--check", "doubled", "--reason", "panel letter seen", "--as", BO),
        ):
            refused = recharged.refused("payrun", *verb)
            assert refused["kind"] == "OfAnotherStream", verb
            assert f"is a run of {whose}." in refused["what"] and refused["what_to_do"] == f"To see it: outturn {shows}"
    with database.begin() as connection:
        there = ledger.read_run(connection, receipts)
        assert there.status == "draft"
        with pytest.raises(OfAnotherStream):
            broken_off(connection, there)
