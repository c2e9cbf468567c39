"""What the streams of money coming in call things: bill payers, and the people a case is about."""

from collections.abc import Iterable

from sqlalchemy import Connection

from billing.tables import bill_payer
from finance.facts.names_store import names
from finance.facts.tables import person
from finance.names import Named
from ledgers.views.store import Naming


def payers(connection: Connection, numbers: Iterable[int]) -> dict[int, Named]:
    """Bill payers by number."""
    return names(connection, bill_payer, numbers)


def people(connection: Connection, asked: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Named]:
    """People by kind and number: no other subject of a bill has a name of its own."""
    found = names(connection, person, [nr for kind, nr in asked if kind == "person"])
    return {("person", nr): each for nr, each in found.items()}


NAMING = Naming(payers, people)
