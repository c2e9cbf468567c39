"""Charge runs lived through: after any history what is posted is what is owed from scratch, and bills add up."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from billing import tables as b
from billing.charges.jobs import calculate_billrun
from finance.problems import Guarded
from ledgers import holds_store
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.holds import Holds
from ledgers.runs import WrongState
from tests.billing.charges.charged_life import ChargedLife, differences, live, misnumbered, sound
from tests.billing.charges.charged_worlds import Council, a_policy, first_day, make_council
from tests.billing.charges.reference import Key
from tests.conftest import NewDatabase
from tests.laws.worlds import CLOSES, DAY, OPENS

SEEDS = st.integers(0, 10**9)
FEW = settings(max_examples=1)
HALF_WAY = OPENS + 60 * DAY
Ledger = dict[tuple[str, Key], int]


def begun(new_database: NewDatabase, seed: int, lines: int = 8, **choices: object) -> tuple[ChargedLife, Council]:
    """A council that has just told us its opening facts."""
    one = make_council(seed, lines)
    life = ChargedLife(new_database(), replace(a_policy(one), **choices))  # type: ignore[arg-type]
    assert life.learn(one)
    return life, one


@FEW
@given(seed=SEEDS)
def test_one_run_is_the_reference_to_the_penny_and_its_bills_add_up(new_database: NewDatabase, seed: int) -> None:
    life, _ = begun(new_database, seed, 30)
    life.bill("B1", CLOSES)
    assert len(life.ledger()) > 20
    assert differences(life) == [] and misnumbered(life) == []


@FEW
@given(seed=SEEDS, lines=st.integers(3, 8), steps=st.integers(2, 4))
def test_any_history_ends_at_what_is_owed_from_scratch(
    new_database: NewDatabase, seed: int, lines: int, steps: int
) -> None:
    one = make_council(seed, lines, 2)
    life = ChargedLife(new_database(), a_policy(one))
    assert life.learn(one)
    live(life, one, steps)
    assert differences(life) == [] and misnumbered(life) == []


@pytest.mark.soak
@given(seed=SEEDS, lines=st.integers(1, 20), steps=st.integers(1, 12))
def test_many_longer_histories(new_database: NewDatabase, seed: int, lines: int, steps: int) -> None:
    one = make_council(seed, lines, 2)
    life = ChargedLife(new_database(), a_policy(one))
    if life.learn(one):
        live(life, one, steps)
        assert differences(life) == [] and misnumbered(life) == []


@FEW
@given(seed=SEEDS, cuts=st.sets(st.integers(15, 120), min_size=1, max_size=3))
def test_interim_runs_on_any_days_come_to_the_same(new_database: NewDatabase, seed: int, cuts: set[int]) -> None:
    once, _ = begun(new_database, seed)
    once.bill("B1", CLOSES)
    often, _ = begun(new_database, seed)
    for cut in sorted(cuts):
        often.bill("B1", OPENS + cut * DAY)
    often.bill("B1", CLOSES)
    stuck = once.parked()
    assert sound(often, often.ledger(), stuck) == sound(once, once.ledger(), stuck)
    assert differences(often) == [] and misnumbered(often) == []


@FEW
@given(seed=SEEDS)
def test_a_run_in_chunks_of_one_person_is_the_same_run(new_database: NewDatabase, seed: int) -> None:
    apart, _ = begun(new_database, seed, people_a_chunk=1)
    whole, _ = begun(new_database, seed, people_a_chunk=1_000)
    for life in (apart, whole):
        life.bill("B1", CLOSES)
    assert apart.ledger() == whole.ledger()
    assert apart.bills() == whole.bills()


@FEW
@given(seed=SEEDS)
def test_running_twice_posts_nothing(new_database: NewDatabase, seed: int) -> None:
    life, _ = begun(new_database, seed)
    life.bill("B1", HALF_WAY)
    before, bills = life.ledger(), life.bills()
    run = life.bill("B1", HALF_WAY)
    assert (run.lines, run.total) == (0, 0)
    with pytest.raises(WrongState):
        life.release(run)
    assert life.ledger() == before and life.bills() == bills


@FEW
@given(seed=SEEDS)
def test_a_change_and_its_undoing_net_to_nought_and_both_are_seen(new_database: NewDatabase, seed: int) -> None:
    """Everybody's assessment is put up, and an exemption of every line added; then both are taken back."""
    life, one = begun(new_database, seed)
    life.bill("B1", CLOSES - 14 * DAY)
    before, told, said = life.ledger(), one.copy(), list(one.words)
    one.words += [replace(word, charge=(word.charge or 0) + 777) for word in said if word.charge is not None]
    one.rows["charge_exemptions"] = {
        ref: {
            "exemption_ref": ref,
            "line_ref": line,
            "reason": "reablement",
            "start_date": OPENS,
            "end_date": OPENS + 20 * DAY,
        }
        for line in one.rows["service_lines"]
        for ref in [f"E-{line}"]
    }
    assert life.learn(one)
    life.bill("B1", CLOSES - 14 * DAY)
    changed = life.ledger()
    assert changed != before
    one.rows = told
    one.words += said
    assert life.learn(one)
    life.bill("B1", CLOSES - 14 * DAY)
    assert life.ledger() == before
    e = t.entry.c
    with life.database.begin() as connection:
        key = (e.kind, e.subject, e.party, e.period_starts)
        thrice = connection.execute(select(*key).group_by(*key).having(func.count() == 3)).all()
        rows = connection.execute(select(*key, e.revision, e.amount).order_by(e.revision)).all()
    assert thrice
    for wanted in thrice:
        amounts = [row.amount for row in rows if tuple(row)[:4] == tuple(wanted)]
        assert amounts[1] == -amounts[2]
    assert misnumbered(life) == []


@FEW
@given(seed=SEEDS, stage=st.integers(0, 2))
def test_an_abandoned_run_leaves_nothing_and_the_next_proposes_the_same(
    new_database: NewDatabase, seed: int, stage: int
) -> None:
    life, _ = begun(new_database, seed)
    straight, _ = begun(new_database, seed)
    life.abandon("B1", CLOSES, stage)
    with life.database.begin() as connection:
        left = [
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (t.chunk, t.entry, t.run_party, t.finding, t.parked, t.approval, t.outstanding, b.bill)
        ]
    assert left == [0] * 8
    life.bill("B1", CLOSES)
    straight.bill("B1", CLOSES)
    assert life.ledger() == straight.ledger()
    assert [(nr, party, pence) for nr, _, party, pence, _ in life.bills()] == [
        (nr, party, pence) for nr, _, party, pence, _ in straight.bills()
    ]


@FEW
@given(seed=SEEDS)
def test_a_held_payers_lines_come_back_the_same(new_database: NewDatabase, seed: int) -> None:
    held, _ = begun(new_database, seed)
    straight, _ = begun(new_database, seed)
    straight.bill("B1", HALF_WAY)
    payer = max({key[2] for _, key in straight.ledger()})
    hold = held.hold("payee", payer)
    held.bill("B1", HALF_WAY)
    assert held.ledger() == {key: pence for key, pence in straight.ledger().items() if key[1][2] != payer}
    assert payer not in {str(party) for _, _, party, _, _ in held.bills()}
    held.let_go(hold)
    for life in (held, straight):
        life.bill("B1", CLOSES)
    stuck = held.parked()
    assert sound(held, held.ledger(), stuck) == sound(straight, straight.ledger(), stuck)
    assert differences(held) == [] and misnumbered(held) == []


@FEW
@given(seed=SEEDS)
def test_one_persons_bad_data_stops_nobody_else(new_database: NewDatabase, seed: int) -> None:
    """A line with no price parks its person whole; everybody else is billed as before, and they in full once mended."""
    life, one = begun(new_database, seed)
    good, _ = begun(new_database, seed)
    good.bill("B1", HALF_WAY)
    lines = [key[1] for _, key in good.ledger() if key[0] == "charge"]
    assume(lines)
    ref = one.chance.choice(sorted(lines))
    row = one.rows["service_lines"][ref]
    person = one.rows["packages"][str(row["package_ref"])]["person_ref"]
    payer, packages = f"BP-{person}", one.rows["packages"]
    others = {  # somebody else’s care, which the payer may top up
        line
        for line, each in one.rows["service_lines"].items()
        if packages[str(each["package_ref"])]["person_ref"] != person
    }
    one.put("contracts", "KBAD", **{**one.rows["contracts"][str(row["contract_ref"])], "contract_ref": "KBAD"})
    told = one.copy()
    row["contract_ref"] = "KBAD"
    for other in [other for other, each in one.rows["agreed_rates"].items() if each["line_ref"] == ref]:
        del one.rows["agreed_rates"][other]
    service = (row["service_ref"], row["unit"])
    for other in [
        other for other, each in one.rows["client_rates"].items() if (each["service_ref"], each["unit"]) == service
    ]:
        del one.rows["client_rates"][other]
        del told["client_rates"][other]
    assert life.learn(one)
    life.bill("B1", HALF_WAY)
    assert person in life.parked()
    billed = [key for _, key in life.ledger() if key[2] == payer and key[1] not in others]
    assert not [key for key in billed if key[0] != "one-off charge"]
    assert differences(life) == []
    one.rows = told
    assert life.learn(one)
    life.bill("B1", CLOSES)
    assert person not in life.parked()
    assert [key for _, key in life.ledger() if key[2] == payer]
    assert differences(life) == [] and misnumbered(life) == []


@FEW
@given(seed=SEEDS)
def test_what_is_billed_and_held_and_waived_is_what_was_due(new_database: NewDatabase, seed: int) -> None:
    """Of what the steps of a run say was charged, each payer has been billed it, has it waiting, or has had it
    waived.
    """
    life, one = begun(new_database, seed)
    life.hold("line", one.pick("service_lines"))
    run = life.bill("B1", CLOSES)
    with life.database.begin() as connection:
        held = Holds(*holds_store.held_of_run(connection, run.nr))
        lines = pa.concat_tables(
            [
                machine.unparquet(ledger.read_blob(connection, run.nr, each))
                for each in ledger.chunk_numbers(connection, run.nr)
            ]
        )
    waiting = sum(held.waiting(lines)["amount"].to_pylist())
    due, _ = life.due()
    charged = {key[2]: 0 for _, key in due}
    for (_, key), pence in due.items():
        charged[key[2]] += pence
    billed = sum(pence for *_, pence, _ in life.bills())
    assert billed + waiting == run.total
    stuck = {f"BP-{person}" for person in life.parked()}
    if not stuck:
        assert sum(charged.values()) == billed + waiting


@FEW
@given(seed=SEEDS)
def test_the_database_refuses_to_change_a_bill(new_database: NewDatabase, seed: int) -> None:
    life, _ = begun(new_database, seed)
    life.bill("B1", HALF_WAY)
    bills = life.bills()
    assert bills
    for statement in (update(b.bill).values(amount=b.bill.c.amount + 1), delete(b.bill)):
        with pytest.raises(Guarded), life.database.begin() as connection:
            connection.execute(statement)
    assert life.bills() == bills


@FEW
@given(seed=SEEDS)
def test_calculating_again_gives_the_same_signature(new_database: NewDatabase, seed: int) -> None:
    life, one = begun(new_database, seed)
    run = life.draft("B1", CLOSES)
    assert calculate_billrun(life.database, run.nr).signature == calculate_billrun(life.database, run.nr).signature
    assert first_day(one.rows["bill_calendars"]["B1"]) >= OPENS
