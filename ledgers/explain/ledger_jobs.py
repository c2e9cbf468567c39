"""The verbs: why an account holds what it does, and what a finding is made of. Nothing is changed.

Each goes down to what has a reference of its own: whose money it is, in which run, of which line.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection

from finance.columns import Database
from finance.days import spoken
from finance.facts.versions import Row
from finance.money import sterling
from ledgers import store as ledger
from ledgers.explain import ledger_store as store
from ledgers.explain.explanation import Explanation, NothingToExplain, Section
from ledgers.tables import entry
from ledgers.views.records import Called
from ledgers.views.store import Naming

MOST = 60
"""Rows of a table of an explanation; the rest are told as one sum."""

NamingOf = Callable[[str], Naming]
"""What a stream calls its parties and subjects."""


def explain_account(database: Database, code: str, naming_of: NamingOf, run: int | None = None) -> Explanation:
    """What an account of the ledger holds: by run; of one run, by payee or payer and by line. Raises NothingToExplain.

    Asserts that its parts come to what it holds.
    """
    with database.read() as connection:
        found = store.read_accounts(connection, code)
        if not found:
            near = store.near_accounts(connection, code)
            there = f"The nearest are {', '.join(near[:5])}." if near else "List them: outturn trial-balance"
            raise NothingToExplain(f"There is no account “{code}”.", there)
        account = found[0]
        whole = store.sums_of_account(connection, account["nr"], run)
        debits, credits = store.moved_on(connection, account["nr"])
        pence = int(whole[0]["pence"] or 0)
        said = _held(pence)
        if run is None:
            runs = store.sums_of_account(connection, account["nr"], None, "run", "stream")
            rows = [
                (f"run {each['run']}", each["stream"], f"{each['entries']:,}", sterling(each["pence"])) for each in runs
            ]
            down = (
                f"What each is made of: outturn explain {code} --run {runs[-1]['run']}."
                if runs
                else "No entry is on it."
            )
            sections = [
                Section(
                    "By run",
                    (f"Debits {sterling(debits)}, credits {sterling(credits)}.", down),
                    ("Run", "Stream", "Entries", "As a debit"),
                    tuple(rows),
                ),
                *_by_party(connection, account["nr"], None, naming_of, pence),
            ]
            assert sum(each["pence"] for each in runs) == pence
        else:
            ledger.read_run(connection, run)
            sections = [
                *_by_party(connection, account["nr"], run, naming_of, pence),
                *_by_line(connection, account["nr"], run, naming_of, pence),
            ]
    of_run = "" if run is None else f" of run {run}"
    headline = f"{code} {account['name']}{of_run}: {said}, of {whole[0]['entries']:,} entries."
    return Explanation(code, "account", run, headline, tuple(filter(None, sections)), {"pence": pence, "run": run})


def _held(pence: int) -> str:
    return f"{sterling(abs(pence))} in {'debit' if pence >= 0 else 'credit'}"


def _by_party(
    connection: Connection, account: int, run: int | None, naming_of: NamingOf, pence: int
) -> Iterable[Section]:
    """Whose money it is; those who hold nothing on balance are left out."""
    every = store.sums_of_account(connection, account, run, "stream", "party")
    some = sorted((each for each in every if each["pence"]), key=lambda each: -abs(each["pence"]))
    assert sum(each["pence"] for each in every) == pence, "the parts of an account do not come to it"
    rows: list[tuple[str, ...]] = []
    named = _parties(connection, some[:MOST], naming_of)
    for each in some[:MOST]:
        who = named.get((each["stream"], each["party"]))
        rows.append((_called(who, each["party"]), each["stream"], f"{each['entries']:,}", sterling(each["pence"])))
    rows += _rest(some[MOST:], "", "")
    first = next((who.ref for who in named.values()), None)
    at = "" if run is None else f" --run {run}"
    down = (f"What each is made of: outturn explain {first}{at}.",) if first else ()
    yield Section("By payee or payer", down, ("Whose", "Stream", "Entries", "As a debit"), tuple(rows))


def _by_line(connection: Connection, account: int, run: int, naming_of: NamingOf, pence: int) -> Iterable[Section]:
    """What it is for, line by line."""
    every = store.sums_of_account(connection, account, run, "stream", "kind", "subject")
    some = sorted((each for each in every if each["pence"]), key=lambda each: -abs(each["pence"]))
    assert sum(each["pence"] for each in every) == pence, "the parts of an account do not come to it"
    rows: list[tuple[str, ...]] = []
    first = None
    for stream in sorted({each["stream"] for each in some[:MOST]}):
        mine = [each for each in some[:MOST] if each["stream"] == stream]
        named = naming_of(stream).subjects(connection, [(each["kind"], each["subject"]) for each in mine])
        for each in mine:
            about = named.get((each["kind"], each["subject"]))
            first = first or (about.ref if about else None)
            rows.append(
                (_called(about, each["subject"]), each["kind"], f"{each['entries']:,}", sterling(each["pence"]))
            )
    rows += _rest(some[MOST:], "", "")
    down = (f"How each was worked out: outturn explain {first}.",) if first else ()
    yield Section("By line", down, ("What", "Kind", "Entries", "As a debit"), tuple(rows))


def _rest(some: list[Row], *between: str) -> list[tuple[str, ...]]:
    if not some:
        return []
    entries, pence = sum(each["entries"] for each in some), sum(each["pence"] for each in some)
    return [(f"{len(some):,} more", between[0], f"{entries:,}", sterling(pence))]


def _parties(connection: Connection, some: Iterable[Row], naming_of: NamingOf) -> dict[tuple[str, int], Called]:
    made: dict[tuple[str, int], Called] = {}
    rows = list(some)
    for stream in dict.fromkeys(each["stream"] for each in rows):
        mine = [each["party"] for each in rows if each["stream"] == stream]
        named: Mapping[int, Called] = naming_of(stream).parties(connection, mine)
        made |= {(stream, nr): who for nr, who in named.items()}
    return made


def _called(who: Called | None, number: int) -> str:
    return str(who) if who else f"number {number}"


def explain_finding(database: Database, nr: int, naming_of: NamingOf) -> Explanation:
    """What a reviewer was shown, whose money it is, and where its sum goes down to. Raises NothingToExplain."""
    with database.read() as connection:
        row = store.read_finding(connection, nr)
        if row is None:
            raise NothingToExplain(f"There is no finding {nr}.", "List those of a run: outturn payrun findings RUN")
        run = ledger.read_run(connection, row["run"])
        naming = naming_of(run.stream)
        kind = row["kind"] or "care"
        about = (
            naming.subjects(connection, [(kind, row["subject"])]).get((kind, row["subject"]))
            if row["subject"]
            else None
        )
        party = naming.parties(connection, [row["party"]]).get(row["party"]) if row["party"] is not None else None
        lines = _lines_behind(connection, row, run.stream, naming)
        alike = _alike(connection, row, run.stream, naming)
    accepted = (f"Accepted by {row['accepted_by']}: {row['accepted_reason']}.",) if row["accepted_by"] else ()
    moved = None if row["before"] is None else abs((row["amount"] or 0) - row["before"])
    sums = [
        (name, sterling(pence))
        for name, pence in (("Its sum", row["amount"]), ("Before", row["before"]), ("Moved by", moved))
        if pence is not None
    ]
    whose = [str(each) for each in (about, party) if each]
    ways = [
        f"outturn explain {each.ref}{f' --run {run.nr}' if each is party else ''}" for each in (about, party) if each
    ]
    sections = (
        Section("What was found", (row["what"], f"In {run.title}.", *accepted), ("What", "Pence"), tuple(sums)),
        Section("About", (*whose, *(f"How it was worked out: {way}" for way in ways))),
        lines,
        alike,
    )
    headline = f"Finding {nr}, {row['severity']}: {row['check_name']}."
    return Explanation(str(nr), "finding", run.nr, headline, tuple(filter(None, sections)), {"pence": row["amount"]})


def _lines_behind(connection: Connection, row: Row, stream: str, naming: Naming) -> Section:
    """The entries of the finding’s party, or line, in its run: what its sum is found among."""
    e = entry.c
    asked = [e.stream == stream]
    if row["subject"] is not None:
        asked.append(e.subject == row["subject"])
    if row["party"] is not None:
        asked.append(e.party == row["party"])
    if len(asked) == 1:
        return Section("In the run")
    found = store.read_entries(connection, row["run"], *asked)
    named = naming.subjects(connection, [(each["kind"], each["subject"]) for each in found[:MOST]])
    rows = []
    for each in found[:MOST]:
        what = _called(named.get((each["kind"], each["subject"])), each["subject"])
        rows.append((what, each["kind"], spoken(each["period_starts"]), sterling(each["amount"])))
    whole = sum(each["amount"] for each in found)
    said = f"{len(found):,} entries come to {sterling(whole)}." if found else "Nothing of it is posted."
    return Section("In the run", (said,), ("What", "Kind", "Period from", "Amount"), tuple(rows))


def _alike(connection: Connection, row: Row, stream: str, naming: Naming) -> Section:
    """Other lines of the same sum to the same payee: where a line is found to have a twin, which it is."""
    title = "Others of the same sum, to the same payee"
    if row["subject"] is None or row["party"] is None or not row["amount"]:
        return Section(title)
    e = entry.c
    asked = (e.stream == stream, e.party == row["party"], e.amount == row["amount"], e.subject != row["subject"])
    found = store.read_entries(connection, row["run"], *asked)[:MOST]
    named = naming.subjects(connection, [(each["kind"], each["subject"]) for each in found])
    rows = []
    for each in found:
        what = _called(named.get((each["kind"], each["subject"])), each["subject"])
        rows.append((what, each["kind"], spoken(each["period_starts"]), sterling(each["amount"])))
    return Section(title, (), ("What", "Kind", "Period from", "Amount"), tuple(rows))
