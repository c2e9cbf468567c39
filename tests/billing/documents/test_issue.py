"""A released run's papers: what each says to the penny, to whom it goes, and that nothing issued is ever made again."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import pytest
from sqlalchemy import Executable, delete, func, select, update

from billing.assessments.jobs import record_assessment
from billing.charges.jobs import draft_billrun
from billing.documents.content import BilledStretch, Item, Unpaid
from billing.documents.issuing import ChangedSinceIssue, LaidOut, Order
from billing.documents.jobs import bytes_of, in_another_form, make_statement, read_paper
from billing.documents.tables import document
from billing.receipts.balances_store import read_balances
from billing.receipts.tables import receipt
from finance.assessment import Outcome, default_policy
from finance.problems import Guarded
from interfaces.database.connection import Database
from ledgers.runs import NotReleased
from tests.billing.charges import charged_council
from tests.billing.documents.billed_council import ADA, AT, COUNCIL, NOOR, OFFICER, Billed, correspondent
from tests.billing.receipts import cashbook

LINE_1: dict[str, object] = {
    "line_ref": "L1",
    "package_ref": "PK1",
    "contract_ref": "K1",
    "service_ref": "RES",
    "unit": "week",
    "quantity": "1",
}


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def test_a_bill_names_every_absence_with_its_days_its_share_and_whose_rule(database: Database) -> None:
    """Seven days at 80% are seven days; what is known late of an earlier period is named where that is charged anew."""
    away = {"line_ref": "L1", "reason": "hospital", "start_date": "2026-04-06", "end_date": "2026-05-10"}
    council = Billed(database, {"suspensions": [{"suspension_ref": "S1", **away}]}).open()
    council.issue(council.bill())
    first = council.records()[1]
    assert [(each.service, each.reason, each.starts, each.ends, each.share) for each in first.away] == [
        ("Residential care", "hospital", day(4, 6), day(4, 13), 10_000),
        ("Residential care", "hospital", day(4, 13), day(4, 27), 8_000),
        ("Residential care", "hospital", day(4, 27), day(5, 4), 0),
    ]
    assert {(each.whose, each.rule) for each in first.away} == {("contract", "100:7,80:14,0")}
    assert [(each.quantity, each.cost, [one.share for one in each.priced]) for each in first.care] == [
        (100, 100_275, [10_000]),
        (200, 2 * 80_220, [8_000]),
    ]
    council.tell(suspensions=[{"suspension_ref": "S1", **away, "paid": "50"}])
    council.issue(council.bill("2026-06-01"))
    (again,) = (each for nr, each in council.records().items() if nr > 2 and each.away)
    assert [(each.starts, each.ends, each.share, each.whose) for each in again.away] == [
        (day(4, 6), day(5, 11), 5_000, "absence")
    ]


def test_a_bill_says_the_care_the_most_and_what_that_makes(database: Database) -> None:
    council = Billed(database).open()
    issued = council.issue(council.bill())
    assert (issued.papers, issued.problems) == (2, [])
    ada, noor = council.records().values()
    assert (ada.number, ada.amount, ada.balance, ada.due) == ("B0000001", 60_000, 60_000, day(6, 1))
    assert ada.stretches == (BilledStretch(day(4, 6), 4, 15_000, "assessed"),)
    home = ada.care[0]
    assert (home.service, home.provider, home.cost) == ("Residential care", "Example House Limited", 4 * 100_275)
    assert (home.unit, home.quantity, home.rates) == ("week", 400, (10_027_500,))
    # £137.78 in the first week (5.5 × £25.05 = £137.775), then the whole £160.00
    assert noor.stretches == (
        BilledStretch(day(4, 6), 1, 13_778, "cost"),
        BilledStretch(day(4, 13), 3, 16_000, "assessed"),
    )
    care, hours = noor.care
    assert (care.service, care.unit, care.quantity, care.rates, care.cost) == (
        "Day care",
        "day",
        300,
        (411_000,),
        3 * 4_110,
    )
    assert (hours.unit, hours.quantity, hours.rates, hours.cost) == ("hour", 4 * 330, (250_500,), 4 * 13_778)
    assert [each.weekly for each in noor.assessed] == [16_000]


def test_how_the_most_was_reached_is_worked_out_again_from_what_it_rests_on(database: Database) -> None:
    council = Billed(database).open()
    council.tell(
        circumstances=[
            {"circumstances_ref": "C1", "person_ref": "P2", "start_date": "2026-04-06", "weekly_cost": "287.50"}
        ],
        incomes=[{"income_ref": "I1", "person_ref": "P2", "kind": "state_pension", "amount": "300.00"}],
    )
    made = record_assessment(
        database, "P2", day(4, 6), default_policy(), by="assessor", at=dt.datetime(2026, 4, 6, 9), until=day(8, 1)
    )
    weekly = made.segments[0].assessment.charge_pence
    council.tell(incomes=[{"income_ref": "I1", "person_ref": "P2", "kind": "state_pension", "amount": "999.00"}])
    run = council.bill()
    council.issue(run)
    noor = next(paper for paper in council.records().values() if paper.about == "Noor Beck")
    steps = {each.label: each.pence for each in noor.assessed[0].workings}
    assert steps["income"] == 30_000  # what was known then, not what was told since
    assert steps["income"] + steps["kept"] == steps["maximum"] == weekly


def test_top_up_waiver_exemption_and_what_the_provider_collected_each_stand_on_a_line(database: Database) -> None:
    council = Billed(database)
    council.facts = {
        "bill_payers": [{"payer_ref": "BP3", "name": "A daughter", "kind": "third party"}],
        "top_up_agreements": [
            {
                "agreement_ref": "T1",
                "line_ref": "L1",
                "payer_ref": "BP3",
                "weekly_amount": "60.00",
                "signed": "2026-04-01",
                "start_date": "2026-04-06",
            }
        ],
        "contributions": [
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "client",
                "weekly_amount": "100.00",
                "collector": "provider",
                "start_date": "2024-06-03",
            }
        ],
        "waivers": [
            {
                "waiver_ref": "W1",
                "person_ref": "P2",
                "weekly_amount": "7.00",
                "reason": "hardship",
                "requested_by": "one officer",
                "approved_by": "another officer",
                "start_date": "2026-04-06",
            }
        ],
        "charge_exemptions": [
            {"exemption_ref": "X1", "line_ref": "L3", "reason": "reablement", "start_date": "2026-04-06"}
        ],
    }
    council.open((ADA, NOOR, correspondent("W3", "BP3", "A daughter")))
    council.issue(council.bill())
    ada, noor, daughter = council.records().values()
    whole = (day(4, 6), day(5, 4))
    assert ada.items == (Item("collected by provider", "Residential care, Example House Limited", *whole, -40_000),)
    assert ada.care[0].cost == 4 * (100_275 - 6_000) and ada.care[0].note == "less others"
    assert (ada.charged, ada.amount) == (60_000, 20_000)
    assert noor.items == (Item("waived", "Home care, Example House Limited", *whole, -2_800, "hardship"),)
    assert [(each.service, each.cost, each.note) for each in noor.care if not each.cost] == [
        ("Day care", 0, "reablement")
    ]
    assert (daughter.payer_kind, daughter.about, daughter.assessed) == ("third party", "Ada Example", ())
    assert [(each.kind, each.amount) for each in daughter.items] == [("third-party top-up", 24_000)]
    assert daughter.items[0].workings == (BilledStretch(day(4, 6), 4, 6_000, ""),)


def test_what_changed_is_told_with_both_figures_and_why(database: Database) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    charged_council.assess(database, "P1", 9_000, starts="2026-04-20", basis=charged_council.RESIDENT)
    council.issue(council.bill("2026-06-01"), on=day(6, 2))
    ada = council.records()[3]
    (change,) = ada.changes
    assert (change.was, change.now, change.amount) == (60_000, 48_000, -12_000)
    assert (change.starts, change.ends) == (day(4, 6), day(5, 4))
    assert change.reason == "the financial assessment changed"
    assert ada.stretches == (BilledStretch(day(5, 4), 4, 9_000, "assessed"),)
    assert [(each.starts, each.weekly) for each in ada.assessed] == [(day(4, 20), 9_000)]
    assert (ada.brought_forward, ada.since, ada.amount, ada.balance) == (60_000, day(5, 4), 24_000, 84_000)


def test_after_a_death_the_paper_says_so_and_how_what_is_still_charged_comes_about(database: Database) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    council.tell(people=[charged_council.FACTS["people"][0] | {"date_of_death": "2026-04-21"}])
    council.issue(council.bill("2026-06-01"), on=day(6, 2))
    ada = council.records()[3]
    assert (ada.kind, ada.died, ada.charged_until) == ("credit note", day(4, 21), day(4, 21))
    # two whole weeks at £150.00, then Monday and Tuesday: 2 sevenths of £150.00 = £42.857
    assert ada.changes[0].workings == (
        BilledStretch(day(4, 6), 2, 15_000, "assessed"),
        BilledStretch(day(4, 20), 1, 4_286, "part", 2, 15_000),
    )
    assert (ada.changes[0].now, ada.covers, ada.to.capacity) == (34_286, (day(4, 6), day(5, 4)), "executors")


def test_a_death_learned_after_the_run_is_not_told_as_its_reason(database: Database) -> None:
    council = Billed(database).open()
    run = council.bill()
    council.tell(people=[charged_council.FACTS["people"][0] | {"date_of_death": "2026-04-21"}])
    council.issue(run)
    assert council.records()[1].died is None and council.records()[1].to.capacity == "executors"


def test_a_credit_note_and_days_never_billed(database: Database) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    charged_council.assess(database, "P1", 9_000, starts="2026-04-20", basis=charged_council.RESIDENT)
    council.tell(service_lines=[LINE_1 | {"start_date": "2026-04-06", "end_date": "2026-05-03"}])
    council.tell(
        service_lines=[
            {
                "line_ref": "L9",
                "package_ref": "PK2",
                "contract_ref": "K1",
                "service_ref": "HC",
                "unit": "hour",
                "quantity": "1",
                "start_date": "2026-04-27",
            }
        ]
    )
    council.issue(council.bill("2026-06-01"), on=day(6, 2))
    ada, noor = council.records()[3], council.records()[4]
    assert (ada.kind, ada.amount, ada.balance, ada.care) == ("credit note", -12_000, 48_000, ())
    assert [(each.was, each.now) for each in ada.changes] == [(60_000, 48_000)]
    assert all(each.was or each.starts < day(5, 4) for each in noor.changes)


def test_payments_since_the_last_bill_and_the_balance_are_the_ledgers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    monkeypatch.setattr(cashbook, "AT", dt.datetime(2026, 5, 13, 18))
    book = cashbook.CashBook(database)
    book.tell(
        receipt,
        "RC1",
        bill_payer=1,
        on=day(5, 12),
        amount=25_000,
        method="card",
        payer_reference=None,
        entered_by="one officer",
    )
    book.run(day(5, 13))
    council.issue(council.bill("2026-06-01"), on=day(6, 2))
    ada = council.records()[3]
    assert [(each.kind, each.amount, each.reference, each.of) for each in ada.movements] == [
        ("receipt", -25_000, "card", day(5, 12))
    ]
    assert (ada.brought_forward, ada.amount, ada.balance) == (60_000, 60_000, 95_000)
    assert ada.earlier == (Unpaid(35_000, day(6, 1)),)
    with database.bulk() as bulk:
        assert read_balances(bulk)[1] == 95_000


def test_a_statement_opens_moves_and_closes_as_the_ledger_does(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    monkeypatch.setattr(cashbook, "AT", dt.datetime(2026, 5, 13, 18))
    book = cashbook.CashBook(database)
    book.receipt("RC1", 25_000, day(5, 12), 1)
    book.run(day(5, 13))
    council.bill("2026-06-01")
    said, party = make_statement(database, "BP1", day(5, 1), day(7, 1), COUNCIL, on=day(7, 1))
    assert party == 1
    assert [(each.on, each.kind, each.amount) for each in said.movements] == [
        (day(5, 4), "bill", 60_000),
        (day(5, 12), "receipt", -25_000),
        (day(6, 1), "bill", 60_000),
    ]
    assert said.balances == (60_000, 35_000, 95_000)
    assert (said.opening, sum(each.amount for each in said.movements), said.closing) == (0, 95_000, 95_000)
    with database.bulk() as bulk:
        assert read_balances(bulk)[1] == said.closing
    later, _ = make_statement(database, "BP1", day(7, 1), day(8, 1), COUNCIL, on=day(8, 1))
    assert (later.opening, later.movements, later.closing) == (said.closing, (), said.closing)


def test_an_estate_comes_first_and_without_one_the_executors_do_by_post(database: Database) -> None:
    email = correspondent("W1", "BP1", "A son", capacity="representative", channel="email", email="son@example.org")
    council = Billed(database).open((email, NOOR))
    run = council.bill()
    council.tell(
        people=[
            charged_council.FACTS["people"][0] | {"date_of_death": "2026-05-01"},
            charged_council.FACTS["people"][1] | {"date_of_death": "2026-05-02"},
        ],
        correspondents=[correspondent("W9", "BP2", "A solicitor", capacity="estate", start_date="2026-05-03")],
    )
    council.issue(run)
    ada, noor = council.records().values()
    assert (ada.to.capacity, ada.to.name, ada.to.channel) == ("executors", "Ada Example", "post")
    assert ada.to.address[0] == "c/o A son"
    assert (noor.to.capacity, noor.to.name) == ("estate", "A solicitor")
    with database.begin() as connection:
        names = connection.execute(select(document.c.addressed_to).order_by(document.c.nr)).scalars().all()
    assert names == ["The executors of Ada Example", "A solicitor"]


def test_by_email_a_page_is_made_as_well(database: Database) -> None:
    email = correspondent("W1", "BP1", "Ada Example", channel="email", email="ada@example.org")
    council = Billed(database).open((email, NOOR))
    assert council.issue(council.bill()).papers == 3
    with database.begin() as connection:
        rows = [
            (each.bill, each.format, each.send_to)
            for each in connection.execute(select(document).order_by(document.c.nr))
        ]
    assert rows == [
        (1, "html", "ada@example.org"),
        (1, "pdf", "ada@example.org"),
        (2, "pdf", "1 Example Street; Ambermere; AM1 2AB"),
    ]


def test_nobody_to_send_to_is_a_problem_of_that_bill_alone(database: Database) -> None:
    council = Billed(database).open((NOOR,))
    run = council.bill()
    issued = council.issue(run)
    assert issued.papers == 1
    assert [(each.where, each.what) for each in issued.problems] == [
        ("B0000001", "Nobody is recorded to write to about Ada Example.")
    ]
    council.tell(correspondents=[ADA])
    assert (council.issue(run).papers, council.issue(run).papers) == (1, 0)


def test_a_run_must_be_released(database: Database) -> None:
    council = Billed(database).open()
    run = draft_billrun(database, "B4", by=OFFICER, at=AT, up_to=day(5, 4))
    with pytest.raises(NotReleased):
        council.issue(run)


class StopsAfter:
    """A press that breaks down once it has laid out so many papers."""

    def __init__(self, council: Billed, papers: int) -> None:
        self.council, self.papers = council, papers

    def lay_out(self, orders: Iterable[Order]) -> Iterator[LaidOut]:
        for place, made in enumerate(self.council.press.lay_out(orders)):
            if place == self.papers:
                raise OSError("out of paper")
            yield made


def test_cut_off_it_goes_on_where_it_stopped(database: Database) -> None:
    council = Billed(database).open()
    run = council.bill()
    whole = council.press
    council.press = StopsAfter(council, 1)  # type: ignore[assignment]
    council.press.council = Billed(database, press=whole)  # type: ignore[attr-defined]
    with pytest.raises(OSError):
        council.issue(run, at_once=1)
    with database.begin() as connection:
        first = connection.execute(select(document.c.bill, document.c.sha256)).all()
    assert [row.bill for row in first] == [1]
    council.press = whole
    done = council.issue(run)
    assert (done.before, done.papers) == (1, 1)
    with database.begin() as connection:
        rows = connection.execute(select(document.c.bill, document.c.sha256).order_by(document.c.nr)).all()
    assert rows[0] == first[0] and [row.bill for row in rows] == [1, 2]


def test_what_was_issued_stays_the_same_bytes_whatever_is_learned_since(database: Database) -> None:
    council = Billed(database).open()
    run = council.bill()
    council.issue(run)
    with database.begin() as connection:
        before = bytes_of(read_paper(connection, "B0000001"))
    council.tell(
        correspondents=[ADA | {"name": "Somebody else"}],
        people=[charged_council.FACTS["people"][0] | {"name": "A. E."}],
    )
    council.issue(run)
    with database.begin() as connection:
        assert bytes_of(read_paper(connection, "b0000001")) == before
        assert connection.execute(select(func.count()).select_from(document)).scalar_one() == 2


def test_another_form_says_what_the_first_said(database: Database) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    council.tell(people=[charged_council.FACTS["people"][0] | {"name": "A. E."}])
    large = in_another_form(database, "B0000001", council.press, by=OFFICER, at=AT, large=True)
    again = in_another_form(database, "B0000001", council.press, by=OFFICER, at=AT, large=True)
    page = in_another_form(database, "B0000001", council.press, by=OFFICER, at=AT, format_="html", language="Welsh")
    assert (large.nr, large.print) == (again.nr, "large") and bytes_of(large) == bytes_of(again)
    assert "Ada Example" in bytes_of(page).decode() and "A. E." not in bytes_of(page).decode()


@pytest.mark.parametrize("deed", [update(document).values(kind="other"), delete(document)])
def test_the_database_itself_refuses_to_change_a_paper(database: Database, deed: Executable) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    with pytest.raises(Guarded, match="never changed or deleted"), database.begin() as connection:
        connection.execute(deed)


def test_a_paper_that_is_not_what_was_issued_is_refused(
    database: Database, tamper: Callable[[Database, Executable], None]
) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    tamper(database, update(document).where(document.c.bill == 1).values(sha256="0" * 64))
    with database.begin() as connection, pytest.raises(ChangedSinceIssue):
        bytes_of(read_paper(connection, "B0000001"))


def test_nothing_charged_by_law_is_said_so(database: Database) -> None:
    council = Billed(database).open()
    charged_council.assess(database, "P2", 0, outcome=Outcome.NIL_BY_LAW)
    council.issue(council.bill())
    assert list(council.records()) == [1]  # nothing to bill, and so no paper, for the other
