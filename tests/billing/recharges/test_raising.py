"""What other funders bear of a pay run is billed to them with it: once, line for line, adjustments too."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from billing.recharges.jobs import NobodyToBill, raise_recharges
from billing.recharges.policy import RechargingPolicy
from billing.tables import bill as bills
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.files.outbound.proving import prove
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from tests.billing.charges import charged_council
from tests.billing.charges.charged_council import make, tell
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 5, 9)
ICB: list[dict[str, object]] = [{"funder_ref": "ICB", "name": "Example Care Board", "kind": "nhs"}]
SHARE: list[dict[str, object]] = [
    {"share_ref": "F1", "line_ref": "L1", "funder_ref": "ICB", "percent": "40", "start_date": "2026-04-06"}
]
PAYER: list[dict[str, object]] = [
    {"payer_ref": "BPI", "name": "Example Care Board", "kind": "funder", "funder_ref": "ICB"}
]

NURSING: dict[str, list[dict[str, object]]] = {
    "nursing_awards": [
        {"award_ref": "N1", "line_ref": "L1", "band": "standard", "route": "added", "start_date": "2026-04-06"}
    ],
    "nursing_rates": [
        {
            "rate_ref": "NR",
            "band": "standard",
            "rate": "250.00",
            "start_date": "2026-04-01",
            "status": "confirmed",
            "announced": "a made-up rate",
        }
    ],
}


def pay(database: Database, up_to: str) -> Run:
    run = draft_payrun(
        database,
        "4W",
        by="first officer",
        at=AT,
        up_to=dt.date.fromisoformat(up_to),
        policy=PaymentPolicy(needs_bank_details=False, stop_checks=()),
    )
    calculate_payrun(database, run.nr)
    machine.submit_run(database, run.nr, by="first officer", at=AT)
    machine.approve_run(database, run.nr, by="second officer", at=AT)
    return release_payrun(database, run.nr, by="first officer", at=AT)


def sums(database: Database) -> tuple[int, int]:
    """(what funders bore of payments, what was recharged), in pence."""
    e = books.entry.c
    with database.begin() as connection:
        borne = connection.execute(select(func.sum(e.amount)).where(e.stream == "payments", e.funder != 0)).scalar_one()
        recharged = connection.execute(select(func.sum(e.amount)).where(e.stream == "recharges")).scalar_one()
        return int(borne or 0), int(recharged or 0)


def test_a_share_is_recharged_with_its_run_once_and_adjustments_follow(database: Database) -> None:
    make(database, funders=ICB, funding_shares=SHARE, bill_payers=PAYER)
    first = pay(database, "2026-05-04")
    raised = raise_recharges(database, first.nr, by="first officer", at=AT)
    assert (raised.bills, raised.pence) == (1, 160_440)  # 40% of four weeks at £1,002.75
    assert raise_recharges(database, first.nr, by="first officer", at=AT).lines == 0
    tell(database, funding_shares=[{**SHARE[0], "percent": "50"}])
    second = pay(database, "2026-06-01")
    again = raise_recharges(database, second.nr, by="first officer", at=AT)
    assert again.pence == 200_550 + 40_110  # half of the next four weeks, and a tenth more of the last
    assert sums(database) == (401_100, 401_100)
    with database.begin() as connection:
        rows = connection.execute(select(bills.c.nr, bills.c.stream, bills.c.amount).order_by(bills.c.nr)).all()
    assert [tuple(each) for each in rows] == [(1, "recharges", 160_440), (2, "recharges", 240_660)]


def test_a_funder_nobody_is_billed_for_is_named_and_nothing_is_raised(database: Database) -> None:
    make(database, funders=ICB, funding_shares=SHARE)
    run = pay(database, "2026-05-04")
    with pytest.raises(NobodyToBill, match="Example Care Board"):
        raise_recharges(database, run.nr, by="first officer", at=AT)
    assert sums(database) == (160_440, 0)
    tell(database, bill_payers=PAYER)
    assert raise_recharges(database, run.nr, by="first officer", at=AT).pence == 160_440


def test_nursing_care_paid_to_a_home_is_recharged_where_policy_names_who_pays_it_back(database: Database) -> None:
    make(database, funders=ICB, bill_payers=PAYER, **NURSING)
    run = pay(database, "2026-05-04")
    assert raise_recharges(database, run.nr, by="first officer", at=AT).run is None
    policy = RechargingPolicy(nursing_funder="ICB")
    assert raise_recharges(database, run.nr, by="first officer", at=AT, policy=policy).pence == 100_000


def test_the_proof_sets_recharges_beside_what_funders_bore(database: Database) -> None:
    make(database, funders=ICB, bill_payers=PAYER, funding_shares=SHARE, **NURSING)
    run = pay(database, "2026-05-04")
    made = raise_recharges(database, run.nr, by="first officer", at=AT, policy=RechargingPolicy(nursing_funder="ICB"))
    assert made.pence == 160_440 + 100_000

    def apart() -> list[tuple[str, str, int]]:
        (proved,) = prove(database, made.run).runs
        return [(each.where, each.what, each.pence) for each in proved.differences if "recharged" in each.what]

    assert apart() == []
    with guards_lifted(database, "entry") as connection:
        row = connection.execute(select(books.entry).where(books.entry.c.kind == "recharge")).mappings().one()
        connection.execute(books.entry.insert().values({**row, "revision": 2, "amount": -1}))
    assert apart() == [("funder 1", f"is recharged something else than pay run {run.nr} bore", -1)]


def test_a_payee_put_right_under_a_funder_is_recharged_every_time(database: Database) -> None:
    """A line’s payee is another’s: what was borne is taken from one and given to the other, and the funder sees
    both.
    """
    make(database, funders=ICB, funding_shares=SHARE, bill_payers=PAYER)
    other: list[dict[str, object]] = [{"payee_ref": "V2", "name": "Other House Limited", "kind": "provider"}]
    contract = charged_council.FACTS["contracts"][0]
    for up_to, payee in (("2026-05-04", "V1"), ("2026-06-01", "V2"), ("2026-06-29", "V1"), ("2026-07-27", "V2")):
        tell(database, payees=other, contracts=[{**contract, "payee_ref": payee, "terms_from": "always"}])
        assert raise_recharges(database, pay(database, up_to).nr, by="first officer", at=AT).pence == 160_440
    assert sums(database) == (4 * 160_440, 4 * 160_440)
    assert not [each for run in prove(database).runs for each in run.differences if "recharged" in each.what]


def test_recharges_given_up_half_way_are_raised_again(database: Database) -> None:
    make(database, funders=ICB, funding_shares=SHARE, bill_payers=PAYER)
    run = pay(database, "2026-05-04")

    class Gone(BaseException):
        pass

    def watch(moment: str) -> None:
        seen.append(moment)
        if moment == "begin" and seen.count("commit") == 2:
            raise Gone

    seen: list[str] = []
    with pytest.raises(Gone):
        raise_recharges(Database(database.url, watch), run.nr, by="first officer", at=AT)
    with database.read() as connection:
        (draft,) = ledger.read_runs(connection, "recharges")
    assert draft.status == "draft"
    later = pay(database, "2026-06-01")
    with pytest.raises(Refusal, match=f"recharges of run {run.nr} are begun and not raised"):
        raise_recharges(database, later.nr, by="first officer", at=AT)
    machine.abandon_run(database, draft.nr, by="first officer", at=AT, note="what is this?")
    assert raise_recharges(database, run.nr, by="first officer", at=AT).pence == 160_440
    assert raise_recharges(database, run.nr, by="first officer", at=AT).lines == 0
    assert raise_recharges(database, later.nr, by="first officer", at=AT).pence == 160_440
    with database.read() as connection:
        assert "recharges" not in [each.what for each in ledger.read_owed(connection)]
