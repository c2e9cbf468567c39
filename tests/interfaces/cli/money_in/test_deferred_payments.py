"""The verbs of deferred payments, run in this process: a life from run to release, and what each says."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from billing.deferred_payments import tables
from interfaces.cli.money_in import deferred_payments
from interfaces.database.connection import Database
from tests.billing.deferred_payments.loanbook import APPROVER, PREPARER, LoanBook
from tests.builders import policy_holds

JAN = dt.date(2025, 1, 1)
COUNCIL = """
[council]
name = "Anyshire, a made-up council"

[deferred_payments]
compounding = "monthly"
year_length = "365"
interest_charged = "the council's own rate"
own_rate = "3.65"
"""


class Verbs:
    """``outturn deferred …`` on a database, as the council’s file says."""

    def __init__(self, book: LoanBook) -> None:
        database, self.book = book.database, book
        self.app = typer.Typer()
        deferred_payments.add_to(self.app)
        self.url = database.url.render_as_string(hide_password=False)

    def says(self, verb: str, *arguments: object, code: int = 0, by: str = PREPARER) -> str:
        shared: list[object] = ["--database", self.url, "--as", by]
        done = CliRunner().invoke(
            self.app, ["deferred", verb, *map(str, [*arguments, *shared])], env={"COLUMNS": "200"}
        )
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    def asks(self, verb: str, *arguments: object, code: int = 0, by: str = PREPARER) -> Any:
        return json.loads(self.says(verb, *arguments, "--json", code=code, by=by))


@pytest.fixture
def verbs(database: Database) -> Verbs:
    book = LoanBook(database)
    book.agreement("DPA1", brought_in=10_000_00, brought_in_on=JAN)
    policy_holds(database, COUNCIL, dt.date(2015, 4, 1))
    return Verbs(book)


def test_a_run_from_draft_to_the_ledger(verbs: Verbs) -> None:
    run = verbs.asks("run", "--last-day", "2025-01-31")
    assert (run["status"], run["lines"], run["total_pence"]) == ("calculated", 2, 10_031_00)
    again = verbs.asks("run", "--last-day", "2025-01-31")
    assert again["run"] == run["run"]
    verbs.asks("submit", run["run"])
    assert verbs.asks("approve", run["run"], code=1)["error"]["kind"] in ("OwnWork", "SeveralInTheWay")
    verbs.asks("approve", run["run"], by=APPROVER)
    assert verbs.asks("release", run["run"])["status"] == "released"
    shown = verbs.asks("show", "DPA1", "--on", "2025-01-31")
    assert (shown["owed_pence"], shown["posted_pence"], shown["not_posted_pence"]) == (10_031_00, 10_031_00, 0)
    later = verbs.asks("show", "DPA1", "--on", "2025-02-01")
    assert (later["owed_pence"], later["not_posted_pence"]) == (10_032_00, 1_00)


def test_everything_is_said_in_words_too(verbs: Verbs) -> None:
    words = verbs.says("redeem", "DPA1", "--on", "2025-01-10")
    assert "£10,010.00 paid on 10 January 2025 clears the loan and ends the agreement." in words
    assert "Each day after it adds about £1.00. That is interest alone: nothing more is being deferred." in words
    words = verbs.says("statement", "DPA1", "--from", "2025-01-01", "--on", "2025-01-31", "--days")
    assert "3.65% a year" in words and "£10,031.00" in words and "£245,719.00" in words
    assert words.count("3.65%") == 32  # the line of interest, and each of thirty-one days
    assert "there is nothing to redeem" not in verbs.says("redeem", "DPA1", "--on", "2025-01-31")
    verbs.book.paid("DPA1", dt.date(2025, 1, 31), 10_040_00)
    credit = verbs.says("redeem", "DPA1", "--on", "2025-01-31")
    assert "stands £9.00 in credit on 31 January 2025: there is nothing to redeem." in credit
    verbs.book.cancel(tables.deferred_repayment, "R1")
    assert "signed" in verbs.says("show", "--on", "2025-01-31")
    assert "Recovered in full" in verbs.says("return", "--year", "2024")
    assert "DPA1" in verbs.says("return", "--year", "2024", "--figure", "new")


def test_a_redemption_figure_says_what_each_day_after_adds_in_all(verbs: Verbs) -> None:
    """£1.00 of interest a day, and £130.27 a week of charges all deferred: £18.61 a day."""
    verbs.book.terms()
    verbs.book.weeks("DPA1", JAN, 4, 130_27)
    words = verbs.says("redeem", "DPA1", "--on", "2025-01-01")
    assert (
        "Each day after it adds about £19.61: £1.00 of interest, and £18.61 of charges deferred, as things stand."
        in words
    )
    quote = verbs.asks("redeem", "DPA1", "--on", "2025-01-01")
    assert (quote["next_day_pence_exact"], quote["next_day_deferred_pence_exact"]) == ("100", "1861")


def test_json_keys_of_the_papers(verbs: Verbs) -> None:
    told = verbs.asks("statement", "DPA1", "--from", "2025-01-01", "--on", "2025-01-31")
    assert (told["opening_pence"], told["interest_pence"], told["closing_pence"]) == (10_000_00, 31_00, 10_031_00)
    assert told["equity_left_pence"] == 255_750_00 - 10_031_00
    quote = verbs.asks("redeem", "DPA1", "--on", "2025-01-10")
    assert (quote["redemption_pence"], quote["parts"]["interest_pence"]) == (10_010_00, 10_00)
    figures = verbs.asks("return", "--year", "2024")
    new = next(each for each in figures["counts"] if each["figure"] == "new")
    assert new == {
        "figure": "new",
        "agreements": 1,
        "value_pence": 10_090_27,
        "parts": [{"agreement": "DPA1", "pence": 10_090_27}],
    }


def test_the_six_monthly_statements_of_a_month(verbs: Verbs) -> None:
    """Signed on 1 January 2025: one falls due on 1 January 2027, for a half-year whose rate nobody has given yet."""
    assert verbs.asks("statements", "--from", "2025-02-01", "--on", "2025-06-30")["statements"] == []
    refused = verbs.asks("statements", "--from", "2026-12-01", "--on", "2027-01-31", code=1)["refused"]
    assert [each["agreement"] for each in refused] == ["DPA1"] and "1 January 2027" in refused[0]["what"]
    given = '[[deferred_payments.most_interest]]\nfrom = 2027-01-01\npercent = "4.50"\nsource = "made up"\n'
    policy_holds(verbs.book.database, COUNCIL + given, dt.date(2015, 4, 1))
    due = verbs.asks("statements", "--from", "2026-12-01", "--on", "2027-01-31")["statements"]
    assert [(each["agreement"], each["first_day"], each["last_day"]) for each in due] == [
        ("DPA1", "2026-07-02", "2027-01-01")
    ]


def test_a_rate_nobody_has_given_is_asked_for_by_the_council_files_own_name(database: Database) -> None:
    """One agreement, and no rate for the half-year from 1 January 2027: it is not said that there are none."""
    book = LoanBook(database)
    book.agreement("DPA1", brought_in=10_000_00, brought_in_on=JAN)
    verbs = Verbs(book)
    for verb, more in (("show", ()), ("statements", ("--from", "2026-12-01"))):
        told = CliRunner().invoke(
            verbs.app, ["deferred", verb, *more, "--on", "2027-01-31", "--database", verbs.url], env={"COLUMNS": "200"}
        )
        assert told.exit_code == 1
        words = " ".join(told.stdout.split())
        assert "There are no agreements" not in words and "None falls due" not in words
        assert "DPA1 cannot be worked out: There is no value of “Most interest on a deferred payment" in words
        assert "in the council file, under deferred_payments.most_interest from 2027-01-01." in words
        assert "No policy of the council is in force" in words


def test_a_run_drafted_with_other_choices_says_so_and_is_left_alone(verbs: Verbs) -> None:
    """£31.00 of interest for January at 3.65%; the policy then says 3.00%, and the open run would have kept 3.65%
    without a word.
    """
    run = verbs.asks("run", "--last-day", "2025-01-31")
    assert run["total_pence"] == 10_031_00
    policy_holds(verbs.book.database, COUNCIL.replace("3.65", "3.00"), dt.date(2015, 4, 1))
    refused = verbs.asks("run", "--last-day", "2025-01-31", code=1)["error"]
    assert refused["kind"] == "DraftedOtherwise"
    assert "own_rate was “3.65” and is now “3.00”." in refused["what"]
    assert f"outturn deferred abandon {run['run']}" in refused["what_to_do"]
    assert verbs.asks("calculate", run["run"])["total_pence"] == 10_031_00
    verbs.asks("abandon", run["run"], "--note", "the rate was wrong")
    # 3% of £10,000 for 31 of 365 days is £25.479
    assert verbs.asks("run", "--last-day", "2025-01-31")["total_pence"] == 10_025_48
    later = verbs.asks("run", "--last-day", "2025-02-28", code=1)["error"]["what"]
    assert "its last day was 31 January 2025 and is now 28 February 2025." in later


def test_templates_are_written(verbs: Verbs, tmp_path: Path) -> None:
    assert len(verbs.asks("templates", tmp_path / "examples")["files"]) == 7
    assert (tmp_path / "examples" / "deferred_agreements.csv").is_file()


def test_refusals_are_sentences(verbs: Verbs) -> None:
    assert verbs.asks("redeem", "DPA9", code=1)["error"]["what"] == "No agreement is called “DPA9”."
    assert "beautiful" in verbs.says("return", "--year", "2024", "--figure", "beautiful", code=2)
