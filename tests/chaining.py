"""The chain of a world that was put in behind the verbs' back: whatever is in no link is given one."""

import datetime as dt

from interfaces.database.connection import Database
from ledgers.chain.jobs import read_held
from ledgers.chain.links import latest, sha256
from ledgers.chain.store import add_links, read_links


def chain_what_stands(database: Database, at: dt.datetime = dt.datetime(2026, 6, 9, 10, 30)) -> None:
    """Links for all that has none, or is not what its link says."""
    with database.read() as connection:
        links = read_links(connection)
    known = {about: each.covers for about, each in latest(links).items()}
    held = [(about, sha256(content)) for about, content in read_held(database, links)]
    with database.begin() as connection:
        add_links(connection, (), at, [each for each in held if known.get(each[0]) != each[1]])
