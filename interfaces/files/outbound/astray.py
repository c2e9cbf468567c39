"""Files kept as issued that no run of theirs gave: put in beside the verbs, they would be written out with the rest."""

from finance.columns import Bulk, ints
from interfaces.files.outbound import creditor, journal, proving_store, remittance, store, workings
from interfaces.files.outbound.leaving import is_plain
from ledgers.reports.proof import LISTED, Difference
from ledgers.runs import Run
from ledgers.streams import STREAMS

OF_A_RUN = (creditor.KIND, journal.KIND, workings.PROPOSAL_KIND, workings.STEPS_KIND)
OF_ONE = (journal.DEBT_KIND, remittance.KIND, remittance.WORKBOOK_KIND)
"""Kinds of file: of a whole run, and of one payee."""


def astray(bulk: Bulk, run: Run) -> list[Difference]:
    """Files kept as issued of a run that go with nothing it did, have no name of their own, or are there twice."""
    there = proving_store.read_issued(bulk, run.nr).to_pylist()
    payees = set(proving_store.read_payees_posted(bulk, run.nr)["party"].to_pylist())
    payees |= set(ints(store.read_parties(bulk, run.nr), "party").tolist())
    found, kept, names = [], set(), set()
    for row in there:
        what = (row["kind"], row["party"])
        of_the_run = row["kind"] in OF_A_RUN and row["party"] == 0
        settled = STREAMS[run.stream].settles
        goes = (of_the_run and (settled or row["kind"] != creditor.KIND)) or (
            settled and row["kind"] in OF_ONE and row["party"] in payees
        )
        if not goes or what in kept:
            found.append(Difference(f"file {row['name']}", "is kept as issued and goes with nothing the run did", 0))
        elif row["name"] in names or not is_plain(row["name"]):
            found.append(Difference(f"file {row['name']}", "has a name no file of a run is given", 0))
        kept.add(what)
        names.add(row["name"])
    return found[:LISTED]
