"""The chain proved, and what it is about read as it is now, to be handed to an auditor. Changes nothing."""

from collections.abc import Iterator, Sequence

from finance.columns import Database
from ledgers.chain import store
from ledgers.chain.links import (
    APPROVAL,
    DEBT_MADE,
    PART,
    RUN,
    URGENT,
    About,
    ChainLink,
    ChainProof,
    known_link,
    latest,
    prove_covered,
    prove_links,
    sha256,
)

_OF_RUNS = (PART, RUN, URGENT, DEBT_MADE, APPROVAL)


def prove_chain(database: Database, run_nr: int | None = None) -> ChainProof:
    """Whether every link follows from the one before, and all that links are about is as it was; of one run, where it
    is named.
    """
    links, content = read_chain(database, run_nr)
    held = {about: sha256(each) for about, each in content}
    return ChainProof(links[-1] if links else None, [*prove_links(links), *prove_covered(latest(links), held)])


def check_chain(database: Database, known: str = "") -> tuple[ChainProof, ChainLink | None]:
    """The chain proved, and the link of a digest kept elsewhere, where one is named. Raises NotInTheChain."""
    with database.read() as connection:
        since = known_link(store.read_links(connection), known) if known else None
    return prove_chain(database), since


def read_chain(database: Database, run_nr: int | None = None) -> tuple[list[ChainLink], list[tuple[About, bytes]]]:
    """Every link, and all that must be in the chain as the database holds it now: of one run, where it is named.

    What is posted, signed or confirmed while it is read has links of its own after these, and is left for the next
    time: to say of it that no verb put it in would be wrong.
    """
    with database.read() as connection:
        links = store.read_links(connection)
    held = list(read_held(database, links, run_nr))
    with database.read() as connection:
        meanwhile = set(latest(store.read_links(connection)[len(links) :]))
    return links, [(about, content) for about, content in held if about not in meanwhile]


def read_held(
    database: Database, links: Sequence[ChainLink], run_nr: int | None = None
) -> Iterator[tuple[About, bytes]]:
    """All that must be in the chain and all that is, as the database holds it now: of one run, where it is named."""
    with database.read() as connection:
        codes = store.read_codes(connection)
        runs = store.runs_with_entries(connection) if run_nr is None else [run_nr]
        kinds = [each for each in store.COVERED if run_nr is None or each in _OF_RUNS]
        held = [each for kind in kinds for each in store.rows_held(connection, kind, run_nr)]
    met = {about for about, _ in held}
    yield from held
    for run in runs:
        with database.read_bulk() as bulk:
            posted = list(store.entries_held(bulk, run, codes))
        met.update(about for about, _ in posted)
        yield from posted
    for about in latest(links):
        if about not in met and (run_nr is None or (about.what in _OF_RUNS and about.of == run_nr)):
            yield about, store.nothing_of(about.what)
