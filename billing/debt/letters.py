"""A reminder sent, with whom it goes to: what its paper is made from."""

from dataclasses import dataclass

from billing.debt.jobs import read_reminder
from billing.debt.reminders import Reminder
from billing.documents import store as papers
from billing.documents.addressing import addressed
from billing.documents.bill_facts import correspondent
from billing.documents.content import Addressee
from billing.receipts.store import payer_of
from finance.columns import Database


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder and its addressee on its day. ``reference``: what to pay with; ``about``: whose care it was for."""

    reminder: Reminder
    to: Addressee
    reference: str
    payer_kind: str
    about: str


def letter_of(database: Database, nr: int) -> Letter:
    """A reminder as it was sent, to whoever was to be written to on its day. Raises NoSuchReminder or
    NobodyToSendTo.
    """
    sent = read_reminder(database, nr)
    with database.read() as connection:
        payer = payer_of(connection, sent.ref)
        person = papers.person_of(connection, payer.person) if payer.person else None
        rows = [correspondent(each._mapping) for each in papers.correspondents_of(connection, payer.nr)]
    to = addressed(payer.name, rows, sent.on, person.died if person else None, payer.kind)
    return Letter(sent, to, payer.customer_number or payer.ref, payer.kind, person.name if person else "")
