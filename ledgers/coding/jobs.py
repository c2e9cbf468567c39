"""Loading a council's coding: a whole set at once, from its first day on, refused with every fault named."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from finance.locking import Alone
from finance.problems import Problem, Refusal
from ledgers.coding.checks import faults, left_behind
from ledgers.coding.gaps import Gap, gaps
from ledgers.coding.purposes import STAND_IN
from ledgers.coding.reading import read_csv, read_toml
from ledgers.coding.rules import CodingRule
from ledgers.coding.store import add_rules, end_rule, read_posted, read_rules
from ledgers.tables import coding_rule


class BadCoding(Refusal):
    """A set of coding rules with faults. Nothing of it is loaded; ``problems`` lists every one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = "\n".join(map(str, problems))
        super().__init__(f"The coding rules have {len(problems)} fault(s):\n{listed}\n", "Correct them and load again.")
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class RulesLoaded:
    """What loading a set changed, and what the set leaves out."""

    added: int
    ended: int
    unchanged: int
    gaps: tuple[Gap, ...] = ()


def load_coding_file(connection: Connection, name: str, content: bytes, by: str, at: dt.datetime) -> RulesLoaded:
    """Load a set from the bytes of a ``.toml`` or ``.csv`` file. Raises BadCoding with all its faults."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCoding([Problem(name, "it is not UTF-8 text.", "Save it as CSV UTF-8.")]) from error
    rules, problems = (read_toml if name.lower().endswith(".toml") else read_csv)(text, name)
    if problems:
        raise BadCoding(problems)
    return load_coding(connection, rules, by, at)


def load_coding(connection: Connection, rules: Sequence[CodingRule], by: str, at: dt.datetime) -> RulesLoaded:
    """Put a whole set in force from its first day on; a rule that gives no first day starts on the day of ``at``.

    From that day the set replaces what was there: an older rule still running is ended, one not yet begun is
    withdrawn, one the set repeats is left alone. Entries already posted keep their accounts. Loading a set twice
    changes nothing. Raises BadCoding, naming every fault, and then changes nothing: a set without an account for
    receivables, deferred payments, unidentified receipts or bad debt is faulty once entries are posted to one.
    """
    dated = [replace(rule, starts=rule.starts or at.date()) for rule in rules]
    problems = faults(dated) or left_behind(dated, read_posted(connection, STAND_IN))
    if problems:
        raise BadCoding(problems)
    connection.execute(Alone(coding_rule))
    new = {_key(rule): rule for rule in dated}
    first_day = min(rule.starts for rule in new.values() if rule.starts)
    ended = unchanged = 0
    for old in read_rules(connection):
        assert old.starts is not None
        if _key(old) in new:
            del new[_key(old)]
            unchanged += 1
        elif old.ends is None or old.ends > first_day:
            end_rule(connection, old, max(old.starts, first_day))
            ended += 1
    added = add_rules(connection, new.values(), by, at)
    return RulesLoaded(added, ended, unchanged, tuple(gaps(dated, first_day)))


def _key(rule: CodingRule) -> tuple[object, ...]:
    account = rule.account
    code = (account.entity, account.cost_centre, account.subjective, account.analysis, account.name)
    return (rule.purpose, rule.conditions, rule.starts, rule.ends, code)
