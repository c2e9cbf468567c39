"""Every amount of the demonstration’s papers, files and screens has a way down.

Asked why by the reference that stands beside it, the amount is found within two steps: in that explanation, or in one
it names. What is not is an open end, and is named in ``OPEN_ENDS``; an open end that has found its way is taken off.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from billing.documents.content import Bill
from billing.documents.paper_json import unpacked
from billing.documents.tables import document
from finance.money import sterling
from interfaces.cli import run
from interfaces.database.connection import Database
from interfaces.demo.job import run_demo
from interfaces.explaining import explain_reference
from interfaces.files.outbound.remittance import read_remittance
from ledgers.explain.explanation import Explanation, NothingToExplain

OPEN_ENDS = {
    "receipt list.total_pence": "the sum of the receipts listed above it, each of which has its way down",
    "trial-balance.debits_pence": "the sum of the accounts listed above it, each of which has its way down",
    "trial-balance.credits_pence": "the same",
    "trial-balance.debit_balances_pence": "the same",
    "trial-balance.credit_balances_pence": "the same",
}
"""Where an amount stands that has no way down yet (as ``walk`` names it), and what is wanting."""

OF = ("finding", "line", "bill", "receipt", "payee", "payer", "person", "account", "ref", "subject", "nr", "run")
"""Keys whose value an officer can ask why of, the nearest to the money first."""
DOWN = re.compile(r"outturn (?:bill )?explain (“[^”]+”|[^\s]+?)(?:(?: --run (\d+))|[.,;]?(?:\s|$))")
PEOPLE = 50
Ref = tuple[str, int | None]


class Ways:
    """Explanations, each asked for once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: dict[Ref, Explanation | None] = {}

    def told(self, ref: str, nr: int | None) -> Explanation | None:
        if (ref, nr) not in self._told:
            try:
                self._told[ref, nr] = explain_reference(self._database, ref, nr)
            except NothingToExplain:
                self._told[ref, nr] = explain_reference(self._database, ref) if nr is not None else None
        return self._told[ref, nr]

    def words(self, ref: str, nr: int | None) -> str:
        found = self.told(ref, nr)
        if found is None:
            return ""
        cells = [cell for each in found.sections for cells in (each.sentences, *each.rows) for cell in cells]
        return " | ".join([found.headline, *cells])

    def reaches(self, pence: int, refs: list[Ref]) -> bool:
        """Whether an amount is found in what a reference explains, or one step further down."""
        wanted = sterling(abs(pence))
        for ref in refs:
            words = self.words(*ref)
            if wanted in words:
                return True
            below = [(each[0].strip("“”"), int(each[1]) if each[1] else ref[1]) for each in DOWN.findall(words)]
            if any(wanted in self.words(*each) for each in below):
                return True
        return False


def walk(told: Any, where: str, refs: list[Ref], nr: int | None) -> Iterator[tuple[str, int, list[Ref]]]:
    """(where it stands, pence, the references beside and above it) of every amount of a JSON answer."""
    if isinstance(told, list):
        for each in told:
            yield from walk(each, where, refs, nr)
    if isinstance(told, dict):
        number = told.get("run", nr)
        nr = number if isinstance(number, int) else nr
        mine = [ref for key in OF if (ref := _ref(key, told)) is not None]
        refs = [*((each, nr) for each in mine), *refs]
        for key, value in told.items():
            if key.endswith("_pence") and isinstance(value, int) and not isinstance(value, bool):
                yield f"{where}.{key}", value, refs
            else:
                yield from walk(value, f"{where}.{key}", refs, nr)


def _ref(key: str, told: Mapping[str, Any]) -> str | None:
    value = told.get(key)
    if key == "finding" or (key == "nr" and "check" in told):
        return f"finding {value}" if isinstance(value, int) else None
    if key == "run":
        return f"run {value}" if isinstance(value, int) else None
    return value if isinstance(value, str) and value and key != "nr" else None


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Database]]:
    folder = tmp_path_factory.mktemp("way") / "demo"
    run_demo(folder, people=PEOPLE)
    database = Database(f"sqlite:///{folder / 'ambermere.db'}")
    yield folder, database
    database.close()


def asked(folder: Path, *verb: object) -> Any:
    out = io.StringIO()
    with redirect_stdout(out):
        assert run([*map(str, verb), "--json", "--database", f"sqlite:///{folder / 'ambermere.db'}"]) in (0, 1)
    return json.loads(out.getvalue())


SCREENS: tuple[tuple[object, ...], ...] = (
    ("payrun", "show", 4),
    ("payrun", "lines", 4),
    ("payrun", "findings", 4),
    ("billrun", "show", 7),
    ("billrun", "bills", 7),
    ("billrun", "findings", 7),
    ("billrun", "never-billed", "--all", "--on", "2026-06-10"),
    ("receipt", "list"),
    ("trial-balance",),
)


def test_every_amount_on_a_screen_has_a_way_down(demonstration: tuple[Path, Database]) -> None:
    folder, database = demonstration
    ways, open_ends = Ways(database), set()
    for verb in SCREENS:
        nr = verb[2] if len(verb) > 2 and isinstance(verb[2], int) else None
        above: list[Ref] = [(f"run {nr}", None)] if nr else []
        for where, pence, refs in walk(asked(folder, *verb), " ".join(map(str, verb[:2])), above, nr):
            if pence and not ways.reaches(pence, refs):
                open_ends.add(where)
    assert open_ends == set(OPEN_ENDS)


def test_every_amount_on_a_remittance_has_a_way_down(demonstration: tuple[Path, Database]) -> None:
    folder, database = demonstration
    ways = Ways(database)
    papers = sorted(folder.glob("run-*/remittances/*.csv"))
    assert papers
    for path in papers:
        paper = read_remittance(path.read_bytes())
        nr, payee = paper.heading.run, paper.payee_ref
        for line in paper.lines:
            assert not line.amount or ways.reaches(line.amount, [(line.line, nr), (payee, nr)]), (path.name, line)
        for pence in (paper.paid, paper.brought_forward, paper.carried_forward):
            assert not pence or ways.reaches(pence, [(payee, nr)]), (path.name, pence)


def test_every_amount_on_a_bill_has_a_way_down(demonstration: tuple[Path, Database]) -> None:
    """What is asked for, each stretch of weeks, each other line and change, each cause of the difference."""
    _, database = demonstration
    ways = Ways(database)
    with database.read() as connection:
        rows = connection.execute(select(document.c.kind, document.c.record).where(document.c.bill.is_not(None))).all()
    assert rows
    for row in rows:
        paper = unpacked(row.kind, row.record)
        assert isinstance(paper, Bill)
        own: list[Ref] = [(paper.number, None)]
        amounts = [paper.amount, *(each.amount for each in paper.items), *(each.amount for each in paper.changes)]
        amounts += [each.weekly for each in paper.stretches]  # the paper itself says how many weeks of it there are
        amounts += [each.amount for each in paper.differs.causes] if paper.differs and paper.differs.amount else []
        for pence in amounts:
            assert not pence or ways.reaches(pence, own), (paper.number, pence)
