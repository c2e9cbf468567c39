"""Whoever changes by plain SQL what was posted, signed for or confirmed is found out: by the proof, and offline."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, ScalarSelect, delete, func, insert, select, text, update

from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.files.outbound import check_chain as offline
from interfaces.files.outbound.chain_folder_jobs import FolderNotEmpty, write_chain
from ledgers.chain import jobs as chain_jobs
from ledgers.chain.jobs import check_chain, prove_chain
from ledgers.chain.links import About, ChainLink, NotInTheChain
from ledgers.chain.store import read_links
from ledgers.chain.tables import chain_link
from ledgers.officers.jobs import add_officers
from ledgers.policy.tables import policy_choices, policy_version
from ledgers.tables import account, approval, entry, officer, officer_change
from ledgers.tables import run as runs
from tests.chaining import chain_what_stands
from tests.conftest import Grown
from tests.guards import guards_lifted
from tests.interfaces.files.outbound.conftest import AT, Released, _released


def script(folder: Path, *known: str) -> tuple[int, str]:
    """What the script says, by itself: it sees nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check_chain.py"), *known],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def council(grown: Grown) -> Released:
    return grown(_with_a_policy)


def _with_a_policy(database: Database) -> Released:
    made = _released(database)
    said = {"kind": "policy", "starts": AT.date(), "name": "ours.toml", "content": 'council = "Ours"\n', "sha256": "0"}
    by = {"reason": "Agreed", "asked_by": "Preparer", "asked_at": AT, "founding": 1}
    with guards_lifted(database) as connection:
        confirmed = {"confirmed_by": "Preparer", "confirmed_at": AT}
        connection.execute(insert(policy_version).values(nr=1, **said, **by, **confirmed))
        for stream in ("charges", "payments"):
            connection.execute(insert(policy_choices).values(version=1, stream=stream, choices='{"rounding": "line"}'))
    chain_what_stands(database, AT)
    return made


def _pound_moved(connection: Connection) -> None:
    keys = connection.execute(
        select(entry.c.subject, entry.c.kind).where(entry.c.run == 2, entry.c.kind.in_(["care", "block"]))
    ).all()
    for (subject, kind), pence in zip((keys[0], keys[-1]), (100, -100), strict=True):
        mine = (entry.c.run == 2, entry.c.subject == subject, entry.c.kind == kind)
        connection.execute(update(entry).where(*mine).values(amount=entry.c.amount + pence))


def _swapped(connection: Connection) -> None:
    connection.execute(update(entry).where(entry.c.run == 1).values(run=9, chunk=9))
    connection.execute(update(entry).where(entry.c.run == 2, entry.c.kind == "block").values(run=1, chunk=0))
    connection.execute(update(entry).where(entry.c.run == 9).values(run=2, chunk=0))


def _put_in(connection: Connection) -> None:
    names = [each.name for each in entry.c]
    row = connection.execute(select(entry).where(entry.c.run == 2, entry.c.kind == "block")).one()._asdict()
    connection.execute(insert(entry).values({**{name: row[name] for name in names}, "revision": 2, "run": 3}))


def _signed_by_another(connection: Connection) -> None:
    asked = {"reason": "x", "asked_by": "x", "asked_at": AT, "confirmed_by": "Approver", "confirmed_at": AT}
    connection.execute(insert(officer_change).values(nr=99, name="Second", role="manager", **asked))
    connection.execute(insert(officer).values(name="Second", role="manager", change=99, confirmed_by="Approver"))
    connection.execute(update(approval).where(approval.c.run == 2).values(approved_by="Second"))


def _link(where: str) -> Callable[[Connection], None]:
    def gone(connection: Connection) -> None:
        last = connection.execute(select(func.max(chain_link.c.nr))).scalar_one()
        connection.execute(delete(chain_link).where(chain_link.c.nr == (last if where == "end" else last // 2)))

    return gone


TAMPERED: dict[str, tuple[Callable[[Connection], object], str]] = {
    "a pound moved between two entries": (_pound_moved, "the entries of run 2, part 0"),
    "entries of two runs swapped": (_swapped, "the entries of run 1, part 0"),
    "an entry put in": (_put_in, "the entries of run 3, part"),
    "an entry taken out": (lambda c: c.execute(delete(entry).where(entry.c.kind == "block")), "the entries of run 2"),
    "an account renamed": (
        lambda c: c.execute(update(account).values(cost_centre="A9999").where(account.c.nr.in_(_debited()))),
        "the entries of run",
    ),
    "the name on a signature": (_signed_by_another, "signature 1 on run 2"),
    "a signature taken away": (
        lambda c: c.execute(delete(approval).where(approval.c.run == 2)),
        "signature 1 on run 2",
    ),
    "what a run went by": (lambda c: c.execute(update(runs).values(policy="[]")), "run 1 as it was released"),
    "a run made urgent": (
        lambda c: c.execute(update(runs).values(urgent_for="payee", urgent_nr=1, urgent_why="x").where(runs.c.nr == 2)),
        "whom run 2 was for, and why",
    ),
    "a choice of the policy": (
        lambda c: c.execute(
            update(policy_choices).where(policy_choices.c.stream == "payments").values(choices='{"rounding": "sum"}')
        ),
        "the choices of policy 1",
    ),
    "the text of the policy": (lambda c: c.execute(update(policy_version).values(content="")), "policy 1"),
    "who asked for an officer": (
        lambda c: c.execute(update(officer_change).where(officer_change.c.nr == 1).values(asked_by="Second")),
        "change 1 to the officers",
    ),
    "a link out of the middle": (_link("middle"), "link "),
    "the last link": (_link("end"), "is in no link"),
    "what a link covers": (
        lambda c: c.execute(update(chain_link).where(chain_link.c.nr == 2).values(covers="0" * 64)),
        "link 2 (",
    ),
}


def _debited() -> ScalarSelect[Any]:
    return select(entry.c.debit).where(entry.c.run == 2).scalar_subquery()


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_changed_behind_the_guards_is_named_by_the_proof_and_by_the_script(
    council: Released, tmp_path: Path, how: str
) -> None:
    tamper, words = TAMPERED[how]
    with guards_lifted(council.database) as connection:
        tamper(connection)
    found = prove_chain(council.database).differences
    assert any(words in str(each) for each in found), found
    write_chain(council.database, tmp_path / "chain")
    code, said = script(tmp_path / "chain")
    assert code == 1 and said.startswith("NOT AS IT WAS:")
    assert words in said or (words == "is in no link" and "in no link" in said)


def test_the_script_says_what_is_covered_in_our_words() -> None:
    for what, words in offline.ABOUT.items():
        assert words.format(what=what, of=7, place=3) == str(About(what, 7, 3))


def test_what_nobody_changed_holds_by_both(council: Released, tmp_path: Path) -> None:
    assert list(prove_chain(council.database).differences) == []
    done = write_chain(council.database, tmp_path / "chain")
    assert done.last is not None and done.in_no_link == 0
    code, said = script(tmp_path / "chain")
    assert code == 0 and said.startswith(f"OK: {done.links} links hold, over 9 entries") and done.last.digest in said


def test_the_same_history_has_the_same_digest_on_every_database(council: Released) -> None:
    last = prove_chain(council.database).last
    assert last is not None
    assert last.digest == DIGEST


DIGEST = "34d4d004496e98ce13c30c3a45f71d7275d5b4d66838e31557901d9c7347f51d"
"""Of the made-up council’s last link: the same on every database, and in every version to come."""


def test_a_digest_kept_on_paper_finds_out_a_chain_made_anew(council: Released, tmp_path: Path) -> None:
    """Whoever takes away every link and makes them again has a chain that holds, and other digests."""
    with council.database.read() as connection:
        kept = read_links(connection)[-2]
    assert check_chain(council.database, kept.digest[:20])[1] == kept
    with guards_lifted(council.database) as connection:
        _pound_moved(connection)
        connection.execute(delete(chain_link))
    chain_what_stands(council.database, AT)
    assert list(prove_chain(council.database).differences) == []
    with pytest.raises(NotInTheChain, match="No link of the chain has the digest"):
        check_chain(council.database, kept.digest)
    write_chain(council.database, tmp_path / "chain")
    assert script(tmp_path / "chain")[0] == 0
    code, said = script(tmp_path / "chain", kept.digest)
    assert code == 1 and "the chain made anew" in said


def test_a_digest_of_before_is_told_with_what_it_is_of(council: Released, tmp_path: Path) -> None:
    with council.database.read() as connection:
        kept = read_links(connection)[1]
    write_chain(council.database, tmp_path / "chain")
    code, said = script(tmp_path / "chain", kept.digest[:16])
    assert code == 0 and f"The digest you kept is of {kept.title}" in said


def test_a_folder_in_use_is_left_alone(council: Released, tmp_path: Path) -> None:
    folder = tmp_path / "chain"
    folder.mkdir()
    (folder / "there").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        write_chain(council.database, folder)
    assert [each.name for each in folder.iterdir()] == ["there"]


def test_what_stood_when_the_chain_began_is_in_it_after_an_upgrade(council: Released, tmp_path: Path) -> None:
    """The step writes what it covers by itself, and to the byte as the proof does."""
    with council.database.read() as connection:
        before = {each.about: each.covers for each in read_links(connection)}
    with council.database.begin() as connection:
        for table in (
            *("audit_answer", "audit_seen", "audit_finding", "audit", "overpayment_act", "overpayment", "chain_link"),
        ):
            connection.execute(text(f"DROP TABLE {table}"))
        if not council.database.sqlite:
            like = "proname LIKE 'chain_link_%' OR proname LIKE 'overpayment_%' OR proname LIKE 'audit_%'"
            for name in connection.execute(text(f"SELECT proname FROM pg_proc WHERE {like}")).scalars().all():
                connection.execute(text(f"DROP FUNCTION {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0029'"))
    migrate(council.database, "0030")
    with council.database.begin() as connection:  # what step 0031 added was left as it is
        connection.execute(text("UPDATE alembic_version SET version_num = '0031'"))
    migrate(council.database)
    with council.database.read() as connection:
        links = read_links(connection)
        cases = connection.execute(text("SELECT run, party, pence FROM overpayment")).all()
    assert str(links[0].about) == f"what stood when the chain began ({len(before)} links)"
    assert {each.about: each.covers for each in links[1:]} == before
    assert list(prove_chain(council.database).differences) == []
    write_chain(council.database, tmp_path / "chain")
    assert script(tmp_path / "chain")[0] == 0
    assert [tuple(each) for each in cases] == [(1, 2, 250_00)], "the second payee owed since run 1, and owes still"


def test_what_is_signed_while_it_is_read_is_left_for_the_next_time(
    council: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The links are read, somebody is made an officer, and what links cover is read."""
    own = chain_jobs.read_held

    def read_late(database: Database, links: Sequence[ChainLink], run: int | None = None) -> Iterator[Any]:
        with database.begin() as connection:
            add_officers(connection, {f"Officer {len(links)}": "manager"}, {"manager": 10_000_000})
        yield from own(database, links, run)

    monkeypatch.setattr(chain_jobs, "read_held", read_late)
    before = prove_chain(council.database)
    assert list(before.differences) == []
    assert write_chain(council.database, tmp_path / "chain").in_no_link == 0
    assert script(tmp_path / "chain")[0] == 0
    monkeypatch.setattr(chain_jobs, "read_held", own)
    after = prove_chain(council.database)
    assert list(after.differences) == [] and after.last and before.last and after.last.nr > before.last.nr


def test_a_digest_cut_short_is_not_taken_for_one(council: Released, tmp_path: Path) -> None:
    done = write_chain(council.database, tmp_path / "chain")
    assert done.last is not None
    for short in (done.last.digest[:1], done.last.digest[:15]):
        code, said = script(tmp_path / "chain", short)
        assert code == 1 and "too short" in said
    assert script(tmp_path / "chain", done.last.digest[:16])[0] == 0
