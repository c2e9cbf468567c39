"""The ledger and what goes out, by the console command: it balances, it is proved, and a file asked for again
is the same.
"""

from pathlib import Path

from sqlalchemy import select

from interfaces.database.connection import Database
from interfaces.files.outbound.accrual_journal import ACCRUED, REVERSED
from interfaces.files.outbound.journal import read_journal
from ledgers.tables import owed
from tests.interfaces.cli.conftest import ANN, BO, Outturn
from tests.interfaces.cli.runs.test_payrun import V1, V3


def test_the_trial_balance_foots_as_at_a_day_and_as_known_at_a_moment(released: Outturn) -> None:
    now = released.asks("trial-balance")
    assert now["debits_pence"] == now["credits_pence"]
    assert sum(each["balance_pence"] for each in now["accounts"]) == 0
    bank = next(each for each in now["accounts"] if each["name"].startswith("Bank"))
    assert bank["balance_pence"] == -(V1 + V3)
    assert released.asks("balances")["accounts"] == now["accounts"]
    # Care is effective on the last day of its period, 3 May; the payment on 7 May.
    before_payment = released.asks("trial-balance", "--on", "2026-05-06")
    control = next(each for each in before_payment["accounts"] if "control" in each["name"])
    assert control["balance_pence"] == -(V1 + V3)
    assert released.asks("trial-balance", "--on", "2026-05-02")["accounts"] == []
    assert released.asks("trial-balance", "--known", "2020-01-01")["accounts"] == []
    assert "£17,822.40" in released.says("trial-balance")


def test_the_proof_holds_once_every_file_is_issued(released: Outturn, tmp_path: Path) -> None:
    before = released.asks("owed", code=1)["owed"]
    assert [(each["run"], each["what"]) for each in before] == [(1, "files"), (1, "recharges")]
    released.asks("payrun", "files", 1, "--folder", tmp_path / "out", "--as", BO)
    (left,) = released.asks("proof", code=1)["ledger"]["differences"]
    assert (left["where"], left["what"]) == ("run 1", "owes its recharges: outturn billrun recharge 1")
    payers = tmp_path / "bill_payers.csv"
    payers.write_text(
        "payer_ref,name,kind,person_ref,funder_ref,calendar_ref,customer_number\n"
        "BPI,Example Integrated Care Board,funder,,ICB,,\nBPF,Example Family,funder,,FAM,,\n",
        encoding="utf-8",
    )
    released.asks("load", payers, "--as", ANN)
    released.asks("billrun", "recharge", 1, "--as", ANN)
    released.asks("payrun", "files", 1, "--folder", tmp_path / "out", "--as", BO)
    assert released.asks("owed")["owed"] == []
    proof = released.asks("proof")
    assert proof["holds"] is True
    assert proof["runs"][0]["paid"] == V1 + V3
    shown = released.says("proof", "--run", 1)
    assert "£17,822.40" in shown and "Debit balances" in shown
    (journal,) = [each for each in proof["runs"][0]["exported"] if each["kind"] == "journal"]
    (trailer,) = [each for each in released.asks("payrun", "files", 1, "--list")["files"] if each["kind"] == "journal"]
    assert journal["trailer_gross"] == trailer["debit_pence"] > journal["carries"]  # control: credited, then debited
    assert f"own trailer says £{trailer['debit_pence'] / 100:,.2f}" in shown
    feet = released.asks("trial-balance")
    assert (proof["ledger"]["debits"], proof["ledger"]["credits"]) == (
        feet["debit_balances_pence"],
        feet["credit_balances_pence"],
    )


def test_an_empty_ledger_has_nothing_to_prove(outturn: Outturn) -> None:
    assert outturn.asks("proof")["nothing_to_prove"] is True
    shown = outturn.says("proof")
    assert "There is nothing to prove" in shown and "Proved" not in shown


def test_files_are_listed_written_and_written_again_the_same(released: Outturn, tmp_path: Path) -> None:
    assert released.asks("payrun", "files", 1, "--list")["files"] == []
    made = released.asks("payrun", "files", 1, "--folder", tmp_path / "out", "--as", BO)["files"]
    payments = next(each for each in made if each["kind"] == "creditor payments")
    assert (payments["rows"], payments["debit_pence"], payments["credit_pence"]) == (2, V1 + V3, V1 + V3)
    first = (tmp_path / "out" / payments["name"]).read_bytes()
    again = released.asks("reissue", payments["export"], "--folder", tmp_path / "again", "--as", BO)
    assert (tmp_path / "again" / payments["name"]).read_bytes() == first
    assert again["sha256"] == payments["sha256"]
    (tmp_path / "again" / payments["name"]).write_bytes(b"something else")
    assert (
        released.refused("reissue", payments["export"], "--folder", tmp_path / "again", "--as", BO)["kind"]
        == "WouldOverwrite"
    )
    for asked in (payments["name"], "AP000001"):
        assert released.asks("reissue", asked, "--folder", tmp_path / asked, "--as", BO)["export"] == payments["export"]
    ledger = released.asks("reissue", "GL000001", "--folder", tmp_path / "again", "--as", BO)
    assert ledger["kind"] == "journal"
    paper = next(each for each in made if each["kind"] == "remittance csv" and each["payee"] == "V1")
    assert (
        released.asks("reissue", paper["name"], "--folder", tmp_path / "again", "--as", BO)["sha256"] == paper["sha256"]
    )
    for strange in ("999", "AP000099", "creditor.csv"):
        assert f"There is no issued file “{strange}”" in released.refused("reissue", strange, "--as", BO)["what"]
    assert "creditor_payments" in released.says("payrun", "files", 1, "--list")


def test_a_remittance_comes_to_what_was_paid(released: Outturn, tmp_path: Path) -> None:
    early = released.refused("payrun", "remittance", 1, "V1")
    assert early["kind"] == "NotReleased" and "payrun files 1" in early["what_to_do"]
    released.asks("payrun", "files", 1, "--folder", tmp_path / "out", "--as", BO)
    paper = released.asks("payrun", "remittance", 1, "V1", "--folder", tmp_path / "post")
    assert paper["paid_pence"] == sum(each["amount_pence"] for each in paper["lines"]) == V1
    assert sorted(path.suffix for path in (tmp_path / "post").iterdir()) == [".csv", ".xlsx"]
    shown = released.says("payrun", "remittance", 1, "V1")
    assert "Example House Limited (V1)" in shown and "£16,262.40" in shown


def test_coding_is_listed_and_loaded_with_every_fault_named(released: Outturn, tmp_path: Path) -> None:
    rules = released.asks("coding", "list", "--on", "2026-05-01")["rules"]
    assert {"control", "bank", "debtor", "suspense"} <= {each["purpose"] for each in rules}
    assert released.asks("coding", "suspense") == {"entries": [], "of": 0, "total_pence": 0}
    bad = tmp_path / "coding.csv"
    bad.write_text("purpose,kind\n", encoding="utf-8")
    refused = released.refused("coding", "load", bad, "--as", ANN)
    assert refused["kind"] == "BadCoding" and "no column" in refused["problems"][0]["what"]
    assert "control" in released.says("coding", "list")


def test_what_a_coding_set_leaves_out_is_said_and_all_of_suspense_is_totalled(
    released: Outturn, tmp_path: Path
) -> None:
    assert released.asks("coding", "list")["left_out"] == []
    ours = tmp_path / "coding.csv"
    when = "purpose,kind,service_kind,support_reason,age_band,funder_kind,first_day,last_day"
    balances = [
        f"{each},,,,,,2026-04-01,,1,0,B{nr},0,{each}"
        for nr, each in enumerate(("control", "bank", "debtor", "suspense"))
    ]
    ours.write_text(
        "\n".join([f"{when},entity,cost_centre,subjective,analysis,account_name", *balances]), encoding="utf-8"
    )
    left_out = released.asks("coding", "load", ours, "--as", ANN)["left_out"]
    assert {"what": "receivable", "falls_to": "1-0-B2-0 debtor (debtor)", "first_day": "2026-04-01"} in left_out
    assert {"what": "cost, care", "falls_to": "1-0-B3-0 suspense (suspense)", "first_day": "2026-04-01"} in left_out
    assert released.asks("coding", "list", "--on", "2026-05-01")["left_out"] == [
        {**each, "first_day": "2026-05-01"} for each in left_out
    ]
    said = released.says("coding", "list", "--on", "2026-05-01")
    assert "No rule is for" in said and "bad debt" in said
    released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)
    released.asks("payrun", "submit", 2, "--as", ANN)
    released.asks("payrun", "approve", 2, "--as", BO)
    posted = released.asks("payrun", "release", 2, "--as", ANN)
    found = released.asks("coding", "suspense", "--limit", 2)
    assert (len(found["entries"]), found["total_pence"]) == (2, posted["total_pence"])
    words = (
        f"{found['of']:,} entries in suspense, £{posted['total_pence'] / 100:,.2f} in all; the 2 largest are listed."
    )
    assert words in released.says("coding", "suspense", "--limit", 2)


def test_a_line_is_explained_and_a_package_costed(released: Outturn, tmp_path: Path) -> None:
    explained = released.asks("explain", "L1")
    assert (explained["ref"], explained["run"]) == ("L1", 1)
    shown = released.says("explain", "L1", "--run", 1)
    assert "£3,822.00" in shown and "agreed_rates.csv" in shown
    assert released.refused("explain", "L99")["kind"] == "NothingToExplain"
    costed = released.asks("cost", "--person", "P2", "--on", "2026-05-04")
    # £390.00 a week direct payment and 10.5 hours at £25.0512: £263.0376, rounded once.
    assert costed["options"][0]["week"]["gross"] == 390_00 + 263_04
    assert "£653.04" in released.says("cost", "--person", "P2", "--on", "2026-05-04")
    assert released("cost")[0] == 2
    wrong = tmp_path / "options.toml"
    wrong.write_text("", encoding="utf-8")
    assert released.refused("cost", wrong)["problems"][0]["what"] == "it asks for nothing."


def test_files_are_asked_for_by_an_officer_who_is_recorded(
    released: Outturn, tmp_path: Path, database: Database
) -> None:
    assert "Say who you are" in released.refused("payrun", "files", 1, "--folder", tmp_path, code=2)["what"]
    for verb in (("payrun", "files", 1), ("reissue", 1)):
        assert released.refused(*verb, "--folder", tmp_path / "out", "--as", "Nobody")["kind"] == "NotAnOfficer"
    assert not (tmp_path / "out").exists()
    for who in (BO, ANN):
        released.asks("payrun", "files", 1, "--folder", tmp_path, "--as", who)
    with database.read() as connection:
        assert connection.execute(select(owed.c.done_by).where(owed.c.what == "files")).scalar_one() == BO


def test_what_a_year_end_cuts_in_two_is_said_by_account(released: Outturn) -> None:
    """The period is 6 April to 3 May 2026: as if the year ended on 19 April, half of its days are before."""
    found = released.asks("accruals", "--year-end", "2026-04-19")
    assert found["whole_pence"] == sum(each["whole_pence"] for each in found["accruals"]) != 0
    assert found["before_pence"] == sum(each["before_pence"] for each in found["accruals"])
    assert 0 < found["before_pence"] < found["whole_pence"]
    assert {each["kind"] for each in found["accruals"]} & {"care"}
    for day in ("2026-04-05", "2026-05-03"):
        assert released.asks("accruals", "--year-end", day)["accruals"] == []
    assert "belongs to the days up to it" in released.says("accruals", "--year-end", "2026-04-19")


def test_what_is_accrued_is_a_journal_and_its_reversal(released: Outturn, tmp_path: Path) -> None:
    folder = tmp_path / "year end"
    found = released.asks("accruals", "--year-end", "2026-04-19", "--folder", str(folder))
    (path,) = folder.iterdir()
    assert path.name == found["journal"] == "journal_accruals_2026-04-19.csv"
    batch = read_journal(path.read_bytes())
    assert set(batch.by_account().values()) == {0}, "what is accrued is taken back"
    accrued = [line for line in batch.lines if line.journal == ACCRUED]
    assert sum(line.amount for line in accrued if line.side == "dr") == sum(
        abs(each["before_pence"]) for each in found["accruals"]
    )
    costs = {(line.entity, line.cost_centre, line.subjective, line.analysis) for line in accrued}
    assert {"-".join(code) for code in costs} == {
        each[side] for each in found["accruals"] if each["before_pence"] for side in ("debit", "credit")
    }
    days = {line.journal: (line.date.isoformat(), line.period) for line in batch.lines}
    assert days == {ACCRUED: ("2026-04-19", 202601), REVERSED: ("2026-04-20", 202601)}
    assert released.asks("accruals", "--year-end", "2026-05-03", "--folder", str(folder))["journal"] is None


def test_the_proof_names_a_calendar_that_is_behind_and_does_not_read_as_all_well(
    released: Outturn, tmp_path: Path
) -> None:
    proof = released.asks("proof", "--on", "2026-05-05", code=1)
    assert [each["where"] for each in proof["behind"] if "4W" in each["where"]] == []
    proof = released.asks("proof", "--on", "2026-12-24", code=1)
    behind = {each["where"]: each["what"] for each in proof["behind"]}
    (what,) = [words for where, words in behind.items() if where.startswith("pay calendar 4W")]
    assert what.startswith("was last released up to ") and "whose cut-off has gone by, from " in what
    shown = released.says("proof", "--on", "2026-12-24", code=1)
    assert "! pay calendar 4W" in " ".join(shown.split())
