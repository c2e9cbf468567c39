"""Time away from care as a bill tells it: the days, the share of the price that counts, and whose rule says so."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from billing.charges.policy import AS_PAID, ChargingPolicy
from billing.documents.building import NamedLine
from billing.documents.care_content import BilledAway
from finance.care_costs.absences import COUNCIL, ShareOfDays, TimeAway, by_contract, time_away
from finance.facts.versions import Row


@dataclass(frozen=True)
class ToldAway:
    """What was told of absences from some lines, as the run knew it. ``absences``: by line; ``contract_of`` each line;
    ``rules``: what each contract says of absences, from a day on, in order."""

    policy: ChargingPolicy
    lines: Mapping[int, NamedLine]
    absences: Mapping[int, Sequence[Row]]
    contract_of: Mapping[int, int]
    rules: Mapping[int, Sequence[tuple[dt.date, str]]]

    def away(self, shares: Sequence[ShareOfDays]) -> list[TimeAway]:
        """Every absence on the days of these shares."""
        lines = sorted({each.line for each in shares})
        return time_away(shares, [row for line in lines for row in self.absences.get(line, ())], self._rule)

    def told(self, shares: Sequence[ShareOfDays], spans: Iterable[tuple[dt.date, dt.date]]) -> list[BilledAway]:
        """The same, of the days in some spans alone, in order of service and day."""
        within = [
            ShareOfDays(each.line, max(each.starts, first), min(each.ends, end), each.share)
            for each in shares
            if each.line in self.absences
            for first, end in spans
            if max(each.starts, first) < min(each.ends, end)
        ]
        made = dict.fromkeys(self._billed(each) for each in self.away(within))  # two lines of one service are told once
        return sorted(made, key=lambda each: (each.service, each.provider, each.starts))

    def _billed(self, each: TimeAway) -> BilledAway:
        line = self.lines[each.line]
        return BilledAway(
            line.service, line.provider, each.reason, each.starts, each.ends, each.share, each.whose, each.rule
        )

    def _rule(self, row: Row, on: dt.date) -> tuple[str, str]:
        ruled = self.policy.absences.get(row["reason"], AS_PAID)
        if ruled != AS_PAID:
            return COUNCIL, ruled
        held = [text for starts, text in self.rules[self.contract_of[row["line"]]] if starts <= on]
        return by_contract(row, held[-1])


def rules_of(contracts: Iterable[Row], later: Iterable[Row]) -> dict[int, list[tuple[dt.date, str]]]:
    """What each contract says of absences, from a day on, in order: what it began with, and its ``later`` terms."""
    rules = {row["nr"]: [(dt.date.min, row["retainer"])] for row in contracts}
    for row in sorted(later, key=lambda row: row["starts"]):
        rules[row["contract"]].append((row["starts"], row["retainer"]))
    return rules
