"""Setting a council up, and what is said when it has not been."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from finance.problems import Guarded
from interfaces.cli.frame import desk
from interfaces.database.connection import Database
from ledgers import tables as t
from ledgers.officers.authority import RIGHTS
from tests.chaining import chain_what_stands
from tests.guards import guards_lifted
from tests.interfaces.cli.conftest import Outturn

COUNCIL = """
[council]
name = "Made-up Council"
[tiers]
"manager" = 20_000
"director" = 2500000.50
[officers]
"Bo Approver" = "manager"
"Di Rector" = "director"
[payments]
tolerance_percent = 5
"""


EVERY_RIGHT = list(RIGHTS)


def test_init_makes_a_database_names_officers_and_may_be_run_again(bare: Outturn, tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL, encoding="utf-8")
    place = f"sqlite:///{tmp_path / 'new' / 'care.db'}"
    for waiting in (["clerk"], ["clerk"]):  # nobody named at the start is a clerk, so that limit waits to be confirmed
        made = bare.asks(
            "init",
            "--database",
            place,
            "--council",
            tmp_path / "council.toml",
            "--tier",
            "clerk=1,000.00",
            "--as",
            "Setter",
        )
        assert made["tiers_pence"] == {"manager": 20_000_00, "director": 2_500_000_50, "clerk": 1_000_00}
        assert [each["role"] for each in made["waiting"]] == waiting
    listed = bare.asks("officer", "list", "--database", place)
    assert listed["officers"] == [
        {"name": "Bo Approver", "role": "manager", "limit_pence": 20_000_00, "rights": EVERY_RIGHT},
        {"name": "Di Rector", "role": "director", "limit_pence": 2_500_000_50, "rights": EVERY_RIGHT},
    ]
    assert "£2,500,000.50" in bare.says("officer", "list", "--database", place)
    assert bare.asks("migrate", "--database", place)["migrated"] is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[councils]\nname = 'x'", "[councils] means nothing here"),
        ("[tiers]\nmanager = 'lots'", "[tiers] manager: “lots” is not an amount of money"),
        ("[tiers]\nmanager = 1\n[officers]\nBo = 'manger'", "[officers] Bo: “manger” is not one of the tiers"),
        ("[payments]\nrounding = 'down'", "rounding is “down”"),
        ("[tiers", "cannot be used"),
    ],
)
def test_a_faulty_council_file_is_refused_and_makes_nothing(
    bare: Outturn, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "council.toml").write_text(text, encoding="utf-8")
    refused = bare.refused("init", "--database", f"sqlite:///{tmp_path}/x.db", "--council", tmp_path / "council.toml")
    assert words in f"{refused['what']} {refused['what_to_do']}"
    assert not (tmp_path / "x.db").exists()


def test_the_first_two_officers_count_at_once_and_every_later_one_is_confirmed(outturn: Outturn) -> None:
    first = outturn.asks("officer", "add", "Bo", "manager", "--limit", "20000", "--as", "Bo")
    assert (first["founding"], first["counts"], first["confirmed_by"]) == (True, True, "Bo")
    assert first["reason"] == "Among the first officers of a new council."
    for nobody in ("Eve", "Nobody"):  # Bo is there to ask
        refused = outturn.refused("officer", "add", "Eve", "manager", "--reason", "New in May", "--as", nobody)
        assert (refused["kind"], refused["what"]) == (
            "NotAnOfficer",
            f"{nobody} is not on the list of officers, so may not do this.",
        )
    assert outturn.asks("officer", "add", "Di", "director", "--limit", "99", "--as", "Bo")["founding"] is True
    silent = outturn.refused("officer", "add", "Eve", "manager", "--as", "Di")
    assert silent["kind"] == "NoReasonGiven" and "--reason" in silent["what_to_do"]
    outturn.asks("officer", "add", "Eve", "manager", "--reason", "New in May", "--as", "Di")
    third = outturn.asks("officer", "add", "Cy", "clerk", "--limit", "5", "--reason", "New in May", "--as", "Bo")
    assert (third["counts"], third["asked_by"], third["reason"]) == (False, "Bo", "New in May")
    listed = outturn.asks("officer", "list")
    assert [each["name"] for each in listed["officers"]] == ["Bo", "Di"]
    assert [each["name"] for each in listed["waiting"]] == ["Eve", "Cy"]
    assert [each["role"] for each in listed["tiers"]] == ["director", "manager"]
    for other, kind in (("Bo", "OfficerNeedsASecondPerson"), ("Cy", "NotAnOfficer"), ("Nobody", "NotAnOfficer")):
        assert outturn.refused("officer", "confirm", third["change"], "--as", other)["kind"] == kind
    assert outturn.asks("officer", "confirm", third["change"], "--as", "Di")["confirmed_by"] == "Di"
    assert outturn.refused("officer", "confirm", third["change"], "--as", "Di")["kind"] == "NoSuchChange"
    assert "Cy as clerk up to £5.00" in outturn.says("officer", "history")


def test_a_role_and_a_limit_are_changed_by_two_and_an_ending_counts_at_once(outturn: Outturn) -> None:
    outturn.asks("officer", "add", "Bo", "manager", "--limit", "20000", "--as", "Bo")
    outturn.asks("officer", "add", "Di", "director", "--limit", "99", "--as", "Bo")
    assert outturn.asks("officer", "add", "Bo", "manager", "--as", "Di") == {"change": None, "counts": True}
    again = outturn.refused("officer", "add", "bo ", "director", "--as", "Di")
    assert "already on the list as manager" in again["what"] and "officer change" in again["what_to_do"]
    changed = outturn.asks("officer", "change", "Bo", "director", "--reason", "Promoted", "--as", "Bo")
    assert outturn.refused("officer", "confirm", changed["change"], "--as", "Bo")["kind"] == "OfficerNeedsASecondPerson"
    assert outturn.asks("officer", "list")["officers"][0]["role"] == "manager"
    outturn.asks("officer", "confirm", changed["change"], "--as", "Di")
    lower = outturn.asks("officer", "limit", "director", "50.00", "--reason", "New scheme", "--as", "Di")
    outturn.asks("officer", "confirm", lower["change"], "--as", "Bo")
    assert outturn.asks("officer", "list")["officers"] == [
        {"name": "Bo", "role": "director", "limit_pence": 50_00, "rights": EVERY_RIGHT},
        {"name": "Di", "role": "director", "limit_pence": 50_00, "rights": EVERY_RIGHT},
    ]
    assert outturn("officer", "end", "Di", "--as", "Bo")[0] == 2  # it says why, or is not done
    assert outturn.refused("officer", "end", "Di", "--reason", "Left", "--as", "Eve")["kind"] == "NotAnOfficer"
    last = outturn.refused("officer", "end", "Di", "--reason", "Left on 30 June", "--as", "Bo")
    assert (last["kind"], last["what"]) == (
        "LastOfficer",
        "That would leave Bo alone to say who may sign, and every change needs two.",
    )
    third = outturn.asks("officer", "add", "Cy", "director", "--reason", "Appointed in June", "--as", "Bo")
    outturn.asks("officer", "confirm", third["change"], "--as", "Di")
    outturn.asks("officer", "end", "Di", "--reason", "Left on 30 June", "--as", "Bo")
    assert [each["name"] for each in outturn.asks("officer", "list")["officers"]] == ["Bo", "Cy"]
    for name in ("Bo", "Cy"):
        assert outturn.refused("officer", "end", name, "--reason", "Left", "--as", "Bo")["kind"] == "LastOfficer"


def test_nobody_asks_for_a_change_in_a_name_that_may_not(outturn: Outturn) -> None:
    """One person who types two names is two on the list, or nobody: each kind of change, and each name that is none."""
    outturn.asks("officer", "add", "Bo", "manager", "--limit", "20000", "--as", "Bo")
    outturn.asks("officer", "add", "Di", "director", "--as", "Bo")
    for kind, *rest in (
        ("add", "Eve", "manager"),
        ("change", "Di", "manager"),
        ("limit", "manager", "9"),
        ("end", "Di"),
        ("rights", "manager", "--may", "prepare"),
    ):
        for name in ("Nobody", "timetable", "outturn init"):
            assert (
                outturn.refused("officer", kind, *rest, "--reason", "Because", "--as", name)["kind"] == "NotAnOfficer"
            )
    clerk = outturn.asks("officer", "add", "Cy", "clerk", "--reason", "New in May", "--as", "Bo")
    outturn.asks("officer", "confirm", clerk["change"], "--as", "Di")
    fewer = outturn.asks("officer", "rights", "clerk", "--may", "prepare", "--reason", "Scheme of 2026", "--as", "Bo")
    outturn.asks("officer", "confirm", fewer["change"], "--as", "Di")
    asked = outturn.asks("officer", "limit", "manager", "9", "--reason", "Less in June", "--as", "Bo")
    for line in (
        ("confirm", asked["change"]),
        ("limit", "director", "9", "--reason", "x"),
        ("end", "Bo", "--reason", "x"),
    ):
        assert outturn.refused("officer", *line, "--as", "Cy")["kind"] == "NoRight"


def test_two_who_may_confirm_are_left_whatever_is_changed(outturn: Outturn) -> None:
    """Not by an ending alone: a role without the right, and rights taken from a role, leave as few."""
    outturn.asks("officer", "add", "Bo", "manager", "--as", "Bo")
    outturn.asks("officer", "add", "Di", "director", "--as", "Bo")
    clerk = outturn.asks("officer", "rights", "clerk", "--may", "prepare", "--reason", "Scheme of 2026", "--as", "Bo")
    outturn.asks("officer", "confirm", clerk["change"], "--as", "Di")
    third = outturn.asks("officer", "add", "Cy", "clerk", "--reason", "New in May", "--as", "Bo")
    outturn.asks("officer", "confirm", third["change"], "--as", "Di")  # may confirm nothing
    for line in (
        ("end", "Di"),
        ("change", "Bo", "clerk"),
        ("rights", "director", "--may", "prepare"),
        ("rights", "manager"),
    ):
        assert outturn.refused("officer", *line, "--reason", "Because", "--as", "Bo")["kind"] == "LastOfficer"
    promoted = outturn.asks("officer", "change", "Cy", "director", "--reason", "Promoted", "--as", "Bo")
    outturn.asks("officer", "confirm", promoted["change"], "--as", "Di")
    less = outturn.asks("officer", "rights", "manager", "--may", "release", "--reason", "Scheme of 2027", "--as", "Cy")
    # two were left when it was asked for, and two when Di ended
    outturn.asks("officer", "end", "Di", "--reason", "Left", "--as", "Bo")
    assert outturn.refused("officer", "confirm", less["change"], "--as", "Bo")["kind"] == "LastOfficer"


def test_the_database_itself_asks_for_a_second_officer(outturn: Outturn, database: Database) -> None:
    outturn.asks("officer", "add", "Bo", "manager", "--as", "Bo")
    outturn.asks("officer", "add", "Di", "director", "--as", "Bo")
    waits = outturn.asks("officer", "add", "Cy", "clerk", "--limit", "5", "--reason", "New in May", "--as", "Di")[
        "change"
    ]
    row, when = t.officer_change, dt.datetime(2026, 5, 1)
    changed = update(row).where(row.c.nr == waits)
    for forged in (
        changed.values(confirmed_by="Di", confirmed_at=when),  # who asked
        changed.values(confirmed_by="Cy", confirmed_at=when),  # whom it is about
        changed.values(founding=3),
        changed.values(role="director"),
        insert(row).values(
            name="Eve", role="x", reason="x", asked_by="Eve", asked_at=when, founding=2, confirmed_by="Eve"
        ),
        insert(t.officer).values(name="Eve", role="director", change=waits, confirmed_by="Bo"),
        insert(t.approval_tier).values(role="clerk", limit=500, change=waits, confirmed_by="Bo"),  # not confirmed yet
        insert(t.approval_tier).values(role="clerk", limit=9**9, change=waits, confirmed_by="Bo"),
        delete(row).where(row.c.nr == waits),
        update(t.officer).values(role="director"),
        insert(row).values(name="Eve", role="x", reason="x", asked_by="Nobody", asked_at=when),
        insert(row).values(name="Di", reason="x", asked_by="Nobody", asked_at=when),
        insert(row).values(name="Di", reason="x", asked_by="Bo", asked_at=when),  # Bo alone would be left
    ):
        with pytest.raises(Guarded), database.begin() as connection:
            connection.execute(forged)


def test_a_database_that_is_not_there_is_a_sentence_not_a_traceback(bare: Outturn, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path / 'nowhere.db'}"
    refused = bare.refused("payrun", "list", "--database", place)
    assert refused["kind"] == "NotSetUp"
    code, out, err = bare("payrun", "list", "--database", place)
    assert (code, out) == (1, "")
    assert err.startswith("There is no sqlite:///") and "Run “outturn init” first" in err and "Traceback" not in err
    assert not (tmp_path / "nowhere.db").exists()


def test_a_database_without_tables_and_a_wrong_address_are_refused(bare: Outturn, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert (
        "holds no council yet" in bare.refused("payrun", "list", "--database", f"sqlite:///{tmp_path}/empty.db")["what"]
    )
    assert "is not the address of a database" in bare.refused("payrun", "list", "--database", "care")["what"]
    unreachable = "postgresql://nobody:secret@127.0.0.1:1/care"
    refused = bare.refused("payrun", "list", "--database", unreachable)
    assert "cannot be opened" in refused["what"] and "secret" not in str(refused)


def test_what_is_not_understood_ends_with_2(bare: Outturn, tmp_path: Path) -> None:
    assert bare("nonsense")[0] == 2
    assert bare("payrun", "show")[0] == 2
    assert bare.refused("nonsense", code=2)["what"] == "There is no verb “nonsense”."
    assert bare.refused("payrun", "shov", 1, code=2)["what_to_do"].startswith("Did you mean show?")
    assert "is not a day" in bare.refused("calendar", "list", "--on", "31/02/2026", code=2)["what"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("payrun show x", "RUN: “x” is not a whole number. For example: outturn payrun show 3"),
        ("payrun show 0", "RUN: 0 is below 1. For example: outturn payrun show 3"),
        ("payrun show", "RUN: nothing is given. For example: outturn payrun show 3"),
        ("payrun show 1 2", "“2” is more than this verb takes. For example: outturn payrun show 3"),
        ("payrun show 1 --mover 3", "There is no option --mover. Did you mean --movers? For example:"),
        ("payrun let-go 1.5", "HOLD: “1.5” is not a whole number. For example: outturn payrun let-go 7"),
        ("payrun accept 1 x --reason y", "FINDING: “x” is not a whole number."),
        ("payrun lines 1 --limit many", "--limit: “many” is not a whole number."),
        ("payrun draft", "CALENDAR: nothing is given. For example: outturn payrun draft"),
        ("load nowhere --as x", "PATH: There is no path “nowhere”. For example: outturn load extracts/"),
        ("assess due-for-review --within -1", "--within: -1 is below 0."),
        ("assess uprate show foo", "UPRATING: “foo” is not a whole number."),
        ("proof --run x", "--run: “x” is not a whole number."),
        ("demo --people 3", "--people: 3 is below 20."),
        ("payrun hold --reason x --as Ann", "Name a line with --line, or a payee with --payee."),
    ],
)
def test_every_misuse_says_what_and_what_to_do_in_plain_words(bare: Outturn, line: str, words: str) -> None:
    said = bare.says(*line.split(), code=2)
    assert said.startswith(words) and "outturn" in said and "Input should" not in said
    refused = bare.refused(*line.split(), code=2)
    assert f"{refused['what']} {refused['what_to_do']}" == said.strip()


def test_who_is_acting_must_be_said_by_those_who_change_something(
    outturn: Outturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = outturn.refused("payrun", "draft", "4W", "--on", "2026-05-04", code=2)
    assert "Say who you are" in refused["what"]
    monkeypatch.setenv("OUTTURN_USER", "Ann")
    assert "There is no pay calendar “4W”" in outturn.refused("payrun", "draft", "4W", "--on", "2026-05-04")["what"]


def test_every_table_of_a_council_file_is_read_whatever_is_asked(bare: Outturn, tmp_path: Path) -> None:
    """A slip under [reminders] is told when the file is first used, with every other, not when reminders are sent."""
    file = tmp_path / "council.toml"
    file.write_text(
        "[payments]\ntolerance_pence = -1\n[receipts]\nrefund = 5\n[reminders]\nchase = 'all'\n[direct_debits]\n"
        "dormant_months = 0\n[care_account]\non_from = 2028-10-02\n[deferred_payments]\noverdue_days = 0\n"
        "[council.papers]\nfone = '1'\n",
        encoding="utf-8",
    )
    refused = bare.refused("init", "--database", f"sqlite:///{tmp_path}/x.db", "--council", file)
    for words in (
        "[payments]: tolerance_pence is “-1”",
        "[receipts]: no choice is called “refund”",
        "[reminders]: chase is “all”",
        "[direct_debits]: dormant_months is “0”",
        "[care_account]: accounts are switched on without a source",
        "[deferred_payments]: overdue_days is “0”",
        "[council.papers] has no “fone”",
    ):
        assert words in str(refused["what"]), words


def test_a_role_given_under_another_spelling_is_named_with_what_to_do_and_mended(
    outturn: Outturn, database: Database
) -> None:
    """An earlier version took “BO” for another than “Bo”: the role was theirs, and no signature could name it."""
    outturn.asks("officer", "add", "Bo", "manager", "--as", "Bo")
    outturn.asks("officer", "add", "Di", "director", "--as", "Bo")
    when = dt.datetime(2026, 5, 1)
    with guards_lifted(database, "officer_change", "officer") as connection:
        said = {"name": "BO", "role": "director"}
        connection.execute(
            insert(t.officer_change).values(
                reason="x", asked_by="Bo", asked_at=when, confirmed_by="Di", confirmed_at=when, **said
            )
        )
        connection.execute(insert(t.officer).values(change=3, confirmed_by="Di", key=None, **said))
    chain_what_stands(database, when)
    listed = outturn.asks("officer", "list")
    assert [(each["name"], each["role"]) for each in listed["officers"]] == [("Bo", "director"), ("Di", "director")]
    assert listed["misspelt"] == [{"name": "Bo", "role": "director", "as": "BO"}]
    assert "outturn officer change “Bo” “director” --reason WHY" in outturn.says("officer", "list").replace("\n", " ")
    named = [each for each in outturn.asks("proof", code=1)["ledger"]["differences"] if each["where"] == "officer Bo"]
    assert len(named) == 1 and "was made director as “BO”, and may not sign" in named[0]["what"]
    again = outturn.asks("officer", "change", "Bo", "director", "--reason", "Under one name", "--as", "Bo")
    outturn.asks("officer", "confirm", again["change"], "--as", "Di")
    assert outturn.asks("officer", "list")["misspelt"] == []
    assert outturn.asks("proof", code=0)["ledger"]["differences"] == []


@pytest.mark.parametrize("content", [b"Dear Sir,\nplease find enclosed\n" * 60, b"SQLite format 3\x00" + b"\x00" * 40])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, outturn: Outturn, content: bytes) -> None:
    (tmp_path / "letter.db").write_bytes(content)
    code, _, err = outturn("proof", "--database", f"sqlite:///{tmp_path / 'letter.db'}")
    assert code == 1 and "is not a database" in err and "reference" not in err


def test_a_database_that_is_not_what_its_step_left_is_named(tmp_path: Path, outturn: Outturn) -> None:
    url = f"sqlite:///{tmp_path / 'odd.db'}"
    outturn("init", "--database", url)
    with sqlite3.connect(tmp_path / "odd.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    code, _, err = outturn("migrate", "--database", url)
    assert code == 1 and "is not what the step it says it is at leaves" in err


def test_an_empty_file_made_a_database_is_its_owners_alone(tmp_path: Path, outturn: Outturn) -> None:
    path = tmp_path / "empty.db"
    path.touch(0o644)
    outturn("init", "--database", f"sqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o600


def test_all_that_init_does_is_of_one_moment(bare: Outturn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its founders are named in one act, however long it takes: a second moment would be somebody else’s asking."""
    seconds = iter(range(1000))
    start = dt.datetime(2026, 4, 1, 9)
    monkeypatch.setattr(desk, "utc_now", lambda: start + dt.timedelta(seconds=next(seconds)))
    (tmp_path / "council.toml").write_text(COUNCIL, encoding="utf-8")
    place = f"sqlite:///{tmp_path}/x.db"
    more = "--tier", "clerk=1,000.00", "--as", "Setter"
    made = bare.asks("init", "--database", place, "--council", tmp_path / "council.toml", *more)
    assert [each["role"] for each in made["waiting"]] == ["clerk"]
