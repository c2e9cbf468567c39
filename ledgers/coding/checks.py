"""What can be wrong with a set of coding rules. Every fault is found, not the first alone."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from finance.days import spoken
from finance.problems import Problem
from finance.references import ruined, unseen
from ledgers.coding.purposes import STAND_IN, Purpose
from ledgers.coding.rules import AGE_BANDS, Account, CodingRule
from ledgers.streams import coded_kinds

NEEDED = (Purpose.CONTROL, Purpose.BANK, Purpose.DEBTOR, Purpose.SUSPENSE)
BALANCE_SHEET = (*NEEDED, *STAND_IN)

KNOWN = {
    "kind": tuple(coded_kinds(Purpose.COST, Purpose.INCOME)),
    "service_kind": (
        "residential",
        "nursing",
        "home care",
        "supported living",
        "extra care",
        "day care",
        "direct payment",
        "shared lives",
        "transport",
        "respite",
        "equipment",
        "other",
    ),
    "support_reason": (
        "physical support: personal care",
        "physical support: access and mobility",
        "learning disability",
        "mental health",
        "memory and cognition",
        "sensory support",
        "social support",
    ),
    "age_band": AGE_BANDS,
    "funder_kind": ("nhs", "third party", "other"),
}


def faults(rules: Sequence[CodingRule]) -> list[Problem]:
    """Everything wrong with a whole set of rules. Empty when it may be used."""
    return [
        *(fault for rule in rules for fault in _in_one(rule)),
        *_overlaps(rules),
        *_missing(rules),
        *_two_names(rules),
    ]


def _in_one(rule: CodingRule) -> Iterator[Problem]:
    for column, words in KNOWN.items():
        value = getattr(rule, column)
        if value is not None and value not in words:
            yield Problem(rule.where, f"“{value}” is not a {column.replace('_', ' ')}.", f"Use {_list(words)}.")
    if rule.starts and rule.ends and rule.ends <= rule.starts:
        yield Problem(rule.where, "it ends before it starts.", "Give a last day on or after its first day.")
    if rule.purpose in BALANCE_SHEET and any(rule.stated):
        yield Problem(
            rule.where,
            f"a {rule.purpose} account is one for everything, and this rule states conditions.",
            "Leave its conditions empty.",
        )
    for part in ("entity", "cost_centre", "subjective", "analysis", "name"):
        if not getattr(rule.account, part).strip():
            yield Problem(rule.where, f"its account has no {part.replace('_', ' ')}.", "Give every part of the code.")
    for part in ("cost_centre", "subjective"):
        code = getattr(rule.account, part)
        if code.strip() and (what := ruined(code) or unseen(code)):
            fault = f"its {part.replace('_', ' ')} {code} {what}"
            yield Problem(rule.where, fault, "Keep the column as text, put the code back, and load it again.")


def _overlaps(rules: Sequence[CodingRule]) -> Iterator[Problem]:
    alike: dict[tuple[object, ...], list[CodingRule]] = {}
    for rule in rules:
        alike.setdefault((rule.purpose, *rule.conditions), []).append(rule)
    for same in alike.values():
        same.sort(key=lambda rule: rule.starts or dt.date.min)
        for earlier, later in pairwise(same):
            if earlier.ends is None or earlier.ends > (later.starts or dt.date.min):
                yield Problem(
                    later.where,
                    f"it states the same conditions as {earlier.where} for some of the same days.",
                    "End one before the other starts, or take one out.",
                )


def _missing(rules: Sequence[CodingRule]) -> Iterator[Problem]:
    if not rules:
        yield Problem("coding rules", "there are none.", "Give at least control, bank, debtor and suspense.")
        return
    opens = min(rule.starts or dt.date.min for rule in rules)
    for purpose in NEEDED:
        reached = first_day_without(rules, purpose, opens)
        if reached is not None:
            yield Problem(
                "coding rules",
                f"there is no {purpose} account on {spoken(reached)}.",
                f"Add a {purpose} rule with no conditions that runs from that day.",
            )


def first_day_without(rules: Sequence[CodingRule], purpose: Purpose, opens: dt.date) -> dt.date | None:
    """The first day from ``opens`` on when a purpose has no account for everything; None when it always has one."""
    reached = opens
    held = [rule for rule in rules if rule.purpose is purpose and not any(rule.stated)]
    for rule in sorted(held, key=lambda each: each.starts or dt.date.min):
        if (rule.starts or dt.date.min) <= reached:
            if rule.ends is None:
                return None
            reached = max(reached, rule.ends)
    return reached


def left_behind(rules: Sequence[CodingRule], posted: Mapping[Purpose, Sequence[Account]]) -> list[Problem]:
    """Control accounts that hold money and that a set no longer names: the balance would be split over two accounts.

    ``posted``: the accounts entries are posted to, by the purpose they have served. A set that puts the purpose to the
    same account under the name of what stands in for it leaves nothing behind.
    """
    opens = min(rule.starts or dt.date.min for rule in rules)
    found = []
    for purpose, accounts in posted.items():
        day = first_day_without(rules, purpose, opens)
        stands_in = {rule.account.code for rule in rules if rule.purpose is STAND_IN[purpose]}
        left = [each for each in accounts if each.code not in stands_in]
        if day is not None and left:
            names = ", ".join(f"{each.code} {each.name}" for each in left)
            found.append(
                Problem(
                    "coding rules",
                    f"there is no {purpose} account on {spoken(day)}, and entries are posted to {names}.",
                    f"Add a {purpose} rule with no conditions that runs from that day.",
                )
            )
    return found


def _two_names(rules: Sequence[CodingRule]) -> Iterator[Problem]:
    names: dict[str, Account] = {}
    for rule in rules:
        first = names.setdefault(rule.account.code, rule.account)
        if first.name != rule.account.name:
            yield Problem(
                rule.where,
                f"account {first.code} is called “{rule.account.name}” here and “{first.name}” before.",
                "Give one account one name.",
            )


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
