"""What plain SQL may have done to the records that the money rests on, past the guards of the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from finance.names import name_key
from ledgers.officers.authority import OfficerChange, to_respell
from ledgers.reports.proof import LISTED, Difference


def prove_records(
    *,
    control: Mapping[int, int],
    carried: Mapping[int, int],
    chains: Iterable[Any],
    unrecorded: Iterable[tuple[int, str]],
    officers: Iterable[Any],
    limits: Iterable[tuple[str, int]],
    untold: Iterable[tuple[str, str]],
    misspelt: Mapping[str, OfficerChange],
    changes_left_out: int,
    bills_left_out: int,
    guards: Iterable[tuple[str, str, str]],
) -> list[Difference]:
    """What plain SQL may have done to the records the money rests on, past the guards or with one taken away.

    ``control``: what the ledger owes each payee, ``carried``: what the last runs carry forward for each, in pence;
    ``chains``, ``unrecorded`` and ``officers`` as ``reports.store`` reads them; ``limits``: those of roles that no
    change gave; ``untold``: versions of facts that could not have been recorded so, by table, and how; ``misspelt``:
    roles given under another spelling of a name; ``guards``: table, guard and what is wrong with it.
    """
    found = [
        Difference(
            f"payee {party}",
            "is owed something else by the ledger than the last runs carry forward",
            control.get(party, 0) - carried.get(party, 0),
        )
        for party in sorted({*control, *carried})
        if control.get(party, 0) != carried.get(party, 0)
    ]
    found += [
        Difference(
            f"run {row.nr}, payee {row.party}",
            "brings forward something else than the run before carried",
            row.brought_forward - row.carried,
        )
        for row in chains
    ]
    found += [
        Difference(f"run {run}", f"has no record that it owes its {what}, done or not", 0) for run, what in unrecorded
    ]
    found += _prove_officers(list(officers))
    found += [Difference(f"role {role}", "has a limit no confirmed change gave it", pence) for role, pence in limits]
    found += [Difference(where, how, 0) for where, how in untold]
    found += [
        Difference(
            f"officer {name}",
            f"was made {given.role} as “{given.name}”, and may not sign. {to_respell(name, given)}",
            0,
        )
        for name, given in sorted(misspelt.items())
    ]
    found += [
        Difference(f"the {what}", f"are numbered with none left out, and {left_out} are not there", 0)
        for what, left_out in (("changes", changes_left_out), ("bills", bills_left_out))
        if left_out
    ]
    found += [
        Difference(f"table {table}", how if guard == table else f"the database’s guard “{guard}” {how}", 0)
        for table, guard, how in guards
    ]
    rest = len(found) - LISTED
    return found if rest <= 0 else [*found[:LISTED], Difference(f"{rest} more records", "are not as they should be", 0)]


def _prove_officers(officers: Sequence[Any]) -> list[Difference]:
    """Each officer is one person under one name, confirmed by another on the list, but for the two who found a
    council.
    """
    names, found = {row.name for row in officers}, []
    first: dict[str, str] = {}
    for row in officers:
        where = f"officer {row.name}"
        same = first.setdefault(name_key(row.name), row.name)
        if same != row.name and row.key is not None:
            found.append(Difference(where, f"is {same} under another name", 0))
        elif row.key is not None and row.key != name_key(row.name):
            found.append(Difference(where, "is kept under the normal form of another name", 0))
        if not row.given:
            found.append(Difference(where, f"has a role no confirmed change gave: {row.role}", 0))
        if row.founding is None and row.confirmed_by not in names:
            found.append(Difference(where, f"was confirmed by {row.confirmed_by}, who is no officer", 0))
    return found
