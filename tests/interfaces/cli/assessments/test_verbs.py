"""``outturn assess`` from the command line: answers, refusals, exit codes, and files written."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import typer
from lxml import etree  # type: ignore[import-untyped]

from interfaces.cli.assessments.group import app
from interfaces.database.connection import Database
from ledgers.officers.jobs import add_officers
from tests.billing.assessments.conftest import Tell, care, money, someone
from tests.builders import policy_holds

MARY = {
    "person": "Mary",
    "date_of_birth": "1939-05-01",
    "weekly_cost": "287.50",
    "on": "2026-06-01",
    "incomes": [{"kind": "state_pension", "amount": "300.00"}],
}


Outturn = Callable[..., tuple[int, str, str]]


@pytest.fixture
def outturn(capsys: pytest.CaptureFixture[str]) -> Outturn:
    """Carry out one command: (exit code, standard output, standard error)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        root = typer.Typer()
        root.add_typer(app, name="assess")
        root.command("other")(lambda: None)
        command = typer.main.get_command(root)
        try:
            code = command.main(["assess", *map(str, arguments)], prog_name="outturn") or 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _file(tmp_path: Path, content: object) -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_file_is_told_in_plain_words(outturn: Outturn, tmp_path: Path) -> None:
    code, said, _ = outturn(_file(tmp_path, MARY))
    assert code == 0
    assert "Mary pays £58.55 a week from 1 June 2026." in said and "£241.45" in said


def test_a_file_as_json_has_every_step(outturn: Outturn, tmp_path: Path) -> None:
    code, said, _ = outturn(_file(tmp_path, MARY), "--json")
    answer = json.loads(said)
    assert code == 0 and answer["charge_pence"] == 58_55
    steps = {each["name"]: each for each in answer["steps"]}
    assert steps["charge"]["value"] == 58_55 and "Care Act" in steps["charge"]["citation"]
    assert steps["income_weekly"]["lines"][0]["value"] == 300_00


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"date_of_birth": None}, "date_of_birth"),
        ({"date_of_birth": "2012-01-01"}, "under 18"),
        ({"incomes": [{"kind": "lottery", "amount": "1.00"}]}, "not a word it knows"),
        ({"on": "2014-06-01"}, "There is no value"),
        ({"setting": "care home, short stay"}, "Supply the day the stay began"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name_with_exit_1(
    outturn: Outturn, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    content = {key: value for key, value in (MARY | change).items() if value is not None}
    code, _, said = outturn(_file(tmp_path, content))
    assert code == 1 and words in " ".join(said.split())


def test_one_refusal_in_a_list_holds_nobody_else_up(outturn: Outturn, tmp_path: Path) -> None:
    code, said, _ = outturn(_file(tmp_path, [MARY, MARY | {"person": "Tom", "date_of_birth": "2012-01-01"}]), "--json")
    mary, tom = json.loads(said)["assessments"]
    assert code == 1 and mary["charge_pence"] == 58_55 and tom["refused"]["kind"] == "BadFact"


def test_one_person_with_something_missing_holds_nobody_else_up(outturn: Outturn, tmp_path: Path) -> None:
    tom = {key: value for key, value in MARY.items() if key != "date_of_birth"} | {"person": "Tom"}
    file = _file(tmp_path, [tom, MARY, "nobody"])
    code, said, _ = outturn(file, "--json")
    missing, mary, strange = json.loads(said)["assessments"]
    assert code == 1 and mary["charge_pence"] == 58_55 and strange["person"] == "person 3"
    assert missing["person"] == "Tom" and "case.json, person 1: has no “date_of_birth”" in missing["refused"]["what"]
    code, said, refused = outturn(file)
    assert code == 1 and "Mary pays £58.55" in said and "has no “date_of_birth”" in " ".join(refused.split())
    assert outturn(_file(tmp_path, tom), "--json")[0] == 1


def test_help_lists_what_a_file_or_a_person_takes(outturn: Outturn) -> None:
    code, said, _ = outturn("--help")
    words = ("--steps", "--letter", "--record", "--until", "--policy", "--known", "--person", "what-if")
    assert code == 0 and [each for each in words if each not in said] == []


def test_a_letter_is_from_the_council_its_policy_names(outturn: Outturn, tmp_path: Path, database: Database) -> None:
    page, place = tmp_path / "mary.html", database.url.render_as_string(hide_password=False)
    policy_holds(database, '[council]\nname = "Anyshire (made up)"\n')
    assert outturn(_file(tmp_path, MARY), "--letter", page, "--database", place)[0] == 0
    assert "<strong>Anyshire (made up)</strong>" in page.read_text(encoding="utf-8")


@pytest.fixture
def at(database: Database) -> tuple[str, ...]:
    """The options that name the council's database and who is acting."""
    return ("--database", database.url.render_as_string(hide_password=False), "--as", "first officer")


def _ready(database: Database) -> None:
    """The desk asks whether a council was set up by looking for the table of runs."""
    import ledgers.tables

    ledgers.tables.metadata.create_all(database.engine)


def test_an_april_from_the_command_line(
    outturn: Outturn, database: Database, tell: Tell, at: tuple[str, ...], tmp_path: Path
) -> None:
    _ready(database)
    tell(people=[someone()], circumstances=[care(start="2025-04-07", cost="500.00")], incomes=[money()])
    code, said, _ = outturn("--person", "P1", "--record", "--on", "2025-04-07", "--until", "2027-04-01", "--json", *at)
    assert code == 0 and json.loads(said)["recorded"]["standing"][0]["charge_pence"] == 300_00 - 232_60
    book, page = tmp_path / "preview.xlsx", tmp_path / "preview.html"
    tell(incomes=[money(amount="310.00", start_date="2026-04-06")])
    code, said, _ = outturn(
        "uprate", "preview", "April 2026", "--first-day", "2026-04-01", "--xlsx", book, "--page", page, "--json", *at
    )
    made = json.loads(said)
    assert code == 0 and made["everyone"][0]["person"] == "P1"
    sheets = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))
    # the income was given anew: none is left as it was
    assert sheets.sheetnames == ["Summary", "Bands", "Changed", "Untouched, and why", "Not assessed, and why"]
    assert sheets["Changed"].freeze_panes == "A2" and sheets["Changed"]["C1"].value == "Was a week"
    tree = etree.HTML(page.read_text(encoding="utf-8"))
    assert len(tree.findall(".//svg")) == 4 and all(each.get("role") == "img" for each in tree.findall(".//svg"))
    number = str(made["uprating"])
    with database.begin() as connection:
        add_officers(connection, {"first officer": "manager", "second officer": "manager"}, {})
    assert outturn("uprate", "approve", number, *at)[0] == 1
    code, _, refused = outturn("uprate", "approve", number, *at[:3], "frist officer")
    assert code == 1 and "frist officer is not on the list of officers" in refused
    other = (*at[:3], "second officer")
    assert outturn("uprate", "approve", number, *other)[0] == 0
    code, _, refused = outturn("uprate", "approve", number, *other)
    assert code == 1 and "approved already, by second officer" in refused
    assert outturn("uprate", "apply", number, *other)[0] == 0
    assert outturn("uprate", "undo", number, *at)[0] == 0
    code, said, _ = outturn("uprate", "list", "--json", *at)
    assert [each["status"] for each in json.loads(said)["upratings"]] == ["undone"]


def test_only_a_confirmed_officer_who_did_not_ask_approves_an_override(
    outturn: Outturn, database: Database, tell: Tell, at: tuple[str, ...]
) -> None:
    _ready(database)
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    with database.begin() as connection:
        add_officers(connection, {"first officer": "manager", "second officer": "manager"}, {})
    wanted = ("override", "P1", "--of", "maximum", "--amount", "40.00", "--reason", "Hardship panel")
    code, _, refused = outturn("approve-override", "OVERRIDE-1", *at)
    assert code == 1 and "assess due-for-review" in refused
    code, _, refused = outturn(*wanted, "--last-day", "2026-09-30", "--on", "2026-11-22", *at)
    assert code == 1 and "from 22 November 2026, which is after its last day, 30 September 2026" in refused
    code, said, _ = outturn(*wanted, "--first-day", "2026-05-01", "--last-day", "2026-09-30", *at)
    assert code == 0 and "from 1 May 2026 to 30 September 2026" in said
    code, said, _ = outturn("due-for-review", "--on", "2026-09-01", "--json", *at)
    assert [each["last_day"] for each in json.loads(said)["overrides"]] == ["2026-09-30"]
    code, said, _ = outturn("due-for-review", "--on", "2026-09-01", *at)
    assert "Last day" in said and "30 September 2026" in said and "1 October" not in said
    for name, why in (
        ("first officer", "so may not approve it"),
        ("frist officer", "is not on the list of officers"),
        ("nobody at all", "is not on the list of officers"),
    ):
        code, _, refused = outturn("approve-override", "OVERRIDE-1", *at[:3], name)
        assert code == 1 and why in refused
    assert outturn("approve-override", "OVERRIDE-1", *at[:3], "second officer")[0] == 0
    code, said, _ = outturn("--person", "P1", "--on", "2026-05-04", *at)
    assert "approved by second officer, to 30 September 2026: Hardship panel." in " ".join(said.split())
    code, _, refused = outturn("approve-override", "OVERRIDE-1", *at[:3], "second officer")
    assert code == 1 and "approved already, by second officer" in refused


def test_what_if_and_compare_and_history(outturn: Outturn, database: Database, tell: Tell, at: tuple[str, ...]) -> None:
    _ready(database)
    tell(people=[someone()], circumstances=[care(start="2025-04-07", cost="500.00")], incomes=[money()])
    code, said, _ = outturn("what-if", "--set", "share_of_disposable_income=50", "--on", "2026-06-01", "--json", *at)
    made = json.loads(said)
    assert code == 0 and (made["before_pence"], made["after_pence"]) == (58_55, 29_27)
    assert made["changes"] == ["Share of disposable income taken for care at home: 100% becomes 50%"]
    assert outturn("what-if", "--set", "share_of_disposable=50", *at)[0] == 1
    code, said, _ = outturn("compare", "P1", "--from", "2025-06-02", "--on", "2026-06-01", "--json", *at)
    assert json.loads(said)["difference_pence"] == -8_85
    code, said, _ = outturn("history", "P1", "--json", *at)
    assert code == 0 and {each["table"] for each in json.loads(said)["told"]} == {"circumstance", "income"}
    for words in ("what-if --set minimum_charge=5.00 --on 2026-06-01", "due-for-review", "history P1", "uprate list"):
        assert outturn(*words.split(), *at)[0] == 0


def test_what_was_given_up_is_written_as_rows_that_load(
    outturn: Outturn, database: Database, tell: Tell, at: tuple[str, ...], tmp_path: Path
) -> None:
    """14,752.00 is three steps of tariff, so it is 14,749.00 a week later, and of two steps: 2.00 less each week."""
    _ready(database)
    resident = {"setting": "care home, permanent", "stay_first_day": "2024-01-01"}
    given = {"asset_ref": "A1", "person_ref": "P1", "kind": "notional_capital", "value": "14752.00"}
    tell(
        people=[someone()],
        circumstances=[care(start="2026-04-06", cost="1000.00", **resident)],
        incomes=[money(amount="200.00")],
        assets=[{**given, "start_date": "2026-04-06"}],
    )
    rows = tmp_path / "assets.csv"
    asked = ("beside", "P1", "--on", "2026-04-20", "--weeks", "4", "--extract", str(rows))
    code, said, _ = outturn(*asked, "--json", *at)
    made = json.loads(said)["given_up"]
    assert code == 0 and [each["left_pence"] for each in made["weeks"][:3]] == [1_474_900, 1_474_700, 1_474_500]
    code, said, _ = outturn("--person", "P1", "--on", "2026-04-20", "--json", *at)
    before = json.loads(said)
    assert any("falls each week" in each for each in before["warnings"])
    assert outturn("load", str(rows), *at)[0] == 0
    code, said, _ = outturn("--person", "P1", "--on", "2026-04-20", "--json", *at)
    after = json.loads(said)
    assert before["charge_pence"] - after["charge_pence"] == 100
    assert not any("falls each week" in each for each in after["warnings"])
    code, said, _ = outturn(*asked, *at)
    assert code == 0 and "What was given up (A1)" in said and "Falls by" in said
