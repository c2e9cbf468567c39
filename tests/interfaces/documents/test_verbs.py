"""The verbs of papers at the command line, from issuing to saying they were sent."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from interfaces.cli.money_in import bills
from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import BadCouncilFile, read_council_text
from tests.billing.documents.billed_council import ADA, NOOR, Billed
from tests.builders import policy_holds
from tests.conftest import Grown

COUNCIL_FILE = """
[council]
name = "Ambermere County Council"
made_up = true
[council.papers]
address = ["County Hall", "Ambermere"]
email = "care.bills@ambermere.example"
"""


@pytest.fixture
def app() -> typer.Typer:
    made, bill = typer.Typer(), typer.Typer()
    bills.add_to(bill)
    made.add_typer(bill, name="bill")
    bills.add_statement_to(made)
    return made


def _billed(database: Database) -> Database:
    Billed(database).open((ADA, NOOR | {"language": "Welsh", "print": "large"})).bill()
    policy_holds(database, COUNCIL_FILE)
    return database


class Desk:
    """Says verbs to one database."""

    def __init__(self, app: typer.Typer, database: Database) -> None:
        self.app = app
        self.url = database.url.render_as_string(hide_password=False)

    def say(self, *words: object, code: int = 0) -> Result:
        done = CliRunner().invoke(
            self.app,
            [str(each) for each in (*words, "--database", self.url, "--as", "first officer", "--on", "2026-05-05")],
        )
        assert done.exit_code == code, done.output
        return done

    def ask(self, *words: object) -> Any:
        return json.loads(self.say(*words, "--json").stdout)


@pytest.fixture
def desk(app: typer.Typer, grown: Grown) -> Desk:
    return Desk(app, grown(_billed))


def test_issue_show_print_dispatch_and_statement(desk: Desk, tmp_path: Path) -> None:
    made = desk.ask("bill", "issue", 1, "--workers", 1)
    assert (made["papers"], made["before"], made["problems"]) == (2, 0, [])
    assert desk.ask("bill", "issue", 1, "--workers", 1)["before"] == 2
    rows = desk.ask("bill", "papers", 1, "--unsent")["papers"]
    assert [(each["number"], each["language"], each["print"], each["sent"]) for each in rows] == [
        ("B0000001", "English", "standard", 0),
        ("B0000002", "Welsh", "large", 0),
    ]
    shown = desk.say("bill", "show", "B0000001").output
    assert "Please pay £600.00 by 1\xa0June 2026." in shown and "Nobody has said it was sent." in shown

    first, again = tmp_path / "one.pdf", tmp_path / "two.pdf"
    assert "B0000001 as issued on " in desk.say("bill", "print", "B0000001", "--to", first).output
    desk.say("bill", "print", "B0000001", "--to", again)
    assert first.read_bytes() == again.read_bytes() and first.read_bytes().startswith(b"%PDF")
    large = tmp_path / "large.pdf"
    later = " ".join(desk.say("bill", "print", "B0000001", "--to", large, "--large").output.split())
    assert ": B0000001 issued on " in later and ", this form made on " in later
    assert desk.ask("bill", "print", "B0000001", "--to", large, "--large")["print"] == "large"
    assert "is there already" in desk.say("bill", "print", "B0000002", "--to", first, code=1).output

    batch = desk.ask("bill", "dispatch", 1, "--folder", tmp_path / "post")
    assert batch["papers"] == 3  # the large print asked for goes by post too
    assert desk.ask("bill", "dispatch", 1, "--sent", batch["path"])["papers"] == 3
    assert "waits to go by post" in desk.say("bill", "dispatch", 1, code=1).output
    assert batch["sha256"] in desk.say("bill", "show", "B0000001").output.replace("\n", "")

    out = tmp_path / "statement.pdf"
    said = desk.ask("statement", "BP1", "--from", "2026-04-01", "--to", "05/05/2026", "--file", out)
    assert (said["opening_pence"], said["closing_pence"], said["movements"][0]["reference"]) == (0, 60_000, "B0000001")
    assert out.read_bytes().startswith(b"%PDF")
    assert said["number"] == "BP1-20260401-20260505" and "Statement" in desk.say("bill", "show", said["number"]).output
    late = ("statement", "BP1", "--from", "2026-04-01", "--to", "2026-05-06")
    assert "So far: the days after 5 May 2026 have not come." in desk.say(*late).output
    refused = desk.say(*late, "--file", tmp_path / "late.pdf", code=1).output
    assert "those days have not come" in " ".join(refused.split()) and not (tmp_path / "late.pdf").exists()


@pytest.mark.parametrize(
    "words, says",
    [
        (("bill", "show", "B0000999"), "No such paper numbered B0000999 has been issued."),
        (("bill", "show", "B0000001"), "outturn bill issue 1 makes the papers of its run."),
        (("bill", "issue", "9"), "There is no run 9."),
        (("statement", "BP99", "--from", "2026-04-01", "--to", "2026-05-01"), "No bill payer is known as BP99."),
        (("bill", "dispatch", "1", "--how", "email"), "No paper of run 1 waits to go by email."),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, words: tuple[str, ...], says: str) -> None:
    assert says in " ".join(desk.say(*words, code=1).output.split())


def test_a_council_file_with_a_strange_word_is_refused() -> None:
    with pytest.raises(BadCouncilFile) as refused:
        read_council_text('[council]\nname = "A"\n[council.papers]\nfax = "1"\n', "odd.toml")
    assert "[council.papers] has no “fax”" in str(refused.value)
