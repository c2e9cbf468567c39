"""The yearly return: counts and values from opening to closing, every figure with the agreements behind it.

Agreements are counted once signed and until settled (ended, and nothing owed). Interim funding before signing is a
figure of its own. Each figure is made of its agreements, and the roll-forward adds up or stops.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from finance.days import Span
from finance.deferred_payments.agreement import EndedBy, Style, security_on
from finance.deferred_payments.ledger import ONE, Ledger
from finance.deferred_payments.movements import MovementKind, WriteOffKind


@dataclass(frozen=True, slots=True)
class AgreementShare:
    """One agreement's share of a figure."""

    reference: str
    pence: int


@dataclass(frozen=True, slots=True)
class ReturnFigure:
    """One figure of the return: how many agreements, their value, and which they are."""

    name: str
    parts: tuple[AgreementShare, ...]

    @property
    def count(self) -> int:
        return len(self.parts)

    @property
    def pence(self) -> int:
        return sum(each.pence for each in self.parts)


@dataclass(frozen=True, slots=True)
class YearlyReturn:
    """The figures of a year. ``counts`` and ``values`` are the two roll-forwards, in order; ``boxes`` the rest."""

    year: Span
    counts: tuple[ReturnFigure, ...]
    values: tuple[ReturnFigure, ...]
    boxes: tuple[ReturnFigure, ...]

    def figure(self, name: str) -> ReturnFigure:
        """The figure of that name. Raises KeyError."""
        for each in (*self.counts, *self.values, *self.boxes):
            if each.name == name:
                return each
        raise KeyError(name)

    @property
    def reconciles(self) -> bool:
        """Opening and what came and went equals closing, in agreements and in pence."""
        count = {each.name: each.count for each in self.counts}
        come = count["outstanding at the start"] + count["new"] + count["reopened"]
        gone = count["recovered in full"] + count["part recovered, the rest written off"] + count["written off"]
        value = {each.name: each.pence for each in self.values}
        closing = value.pop("owed at the end")
        return come - gone == count["outstanding at the end"] and sum(value.values()) == closing


@dataclass(frozen=True, slots=True)
class _Year:
    """One agreement's year: whether it stood at each end, and its ledger."""

    ledger: Ledger
    before: dt.date
    last: dt.date

    @property
    def reference(self) -> str:
        return self.ledger.facts.agreement.reference

    @property
    def signed_before(self) -> bool:
        return self.ledger.facts.agreement.signed_by(self.before)

    @property
    def signed(self) -> bool:
        return self.ledger.facts.agreement.signed_by(self.last)

    @property
    def new(self) -> bool:
        return self.signed and not self.signed_before

    def outstanding(self, day: dt.date) -> bool:
        agreement = self.ledger.facts.agreement
        return agreement.signed_by(day) and not (agreement.ended_by(day) and self.ledger.balance(day) == 0)

    @property
    def closed(self) -> bool:
        """Settled in the year, having stood at its start or begun in it."""
        return (self.new or self.outstanding(self.before)) and not self.outstanding(self.last)

    def written_off(self, kind: WriteOffKind | None = None, *, first: dt.date | None = None) -> int:
        return sum(
            each.pence
            for each in self.ledger.facts.movements
            if each.kind is MovementKind.WRITE_OFF
            and (kind is None or each.write_off is kind)
            and (first or dt.date.min) <= each.on <= self.last
        )

    @property
    def repaid(self) -> int:
        """All that was ever repaid by the end of the year, less refunds."""
        sums = self.ledger.between(self.ledger.first, self.last + ONE)
        return sums.repayments - sums.refunds


def yearly_return(ledgers: Sequence[Ledger], year: Span) -> YearlyReturn:
    """The return for a year, of every agreement and all interim funding. Each ledger must run to its end."""
    years = [_Year(each, year.first - ONE, year.last) for each in ledgers]
    result = YearlyReturn(year, tuple(_counts(years)), tuple(_values(years)), tuple(_boxes(years)))
    assert result.reconciles, "the return does not reconcile"
    return result


def _figure(name: str, years: Iterable[_Year], pence: Callable[[_Year], int]) -> ReturnFigure:
    return ReturnFigure(
        name, tuple(sorted((AgreementShare(each.reference, pence(each)) for each in years), key=lambda p: p.reference))
    )


def _counts(years: Sequence[_Year]) -> list[ReturnFigure]:
    def owed(day_of: Callable[[_Year], dt.date]) -> Callable[[_Year], int]:
        return lambda each: each.ledger.balance(day_of(each))

    start, end = owed(lambda each: each.before), owed(lambda each: each.last)
    closed = [each for each in years if each.closed]
    return [
        _figure("outstanding at the start", [e for e in years if e.outstanding(e.before)], start),
        _figure("new", [e for e in years if e.new], _value_of_new),
        _figure("reopened", [e for e in years if _reopened(e)], end),
        _figure("recovered in full", [e for e in closed if not e.written_off()], lambda e: e.repaid),
        _figure(
            "part recovered, the rest written off",
            [e for e in closed if e.written_off() and e.repaid],
            lambda e: e.repaid,
        ),
        _figure("written off", [e for e in closed if e.written_off() and not e.repaid], lambda e: e.written_off()),
        _figure("outstanding at the end", [e for e in years if e.outstanding(e.last)], end),
    ]


def _reopened(each: _Year) -> bool:
    return each.signed_before and not each.outstanding(each.before) and each.outstanding(each.last)


def _value_of_new(each: _Year) -> int:
    """With interest and fees, and whatever has been paid off it left aside."""
    sums = each.ledger.between(each.ledger.first, each.last + ONE)
    return sums.advances + sums.fees + sums.interest


def _values(years: Sequence[_Year]) -> list[ReturnFigure]:
    """From what was owed at the start to what is owed at the end. What lowers the debt is below nought."""
    signed = [each for each in years if each.signed]
    sums = {id(each): each.ledger.between(each.before + ONE, each.last + ONE) for each in signed}

    def moved(name: str, sign: int = 1) -> Callable[[_Year], int]:
        return lambda each: sign * int(getattr(sums[id(each)], name))

    rows = [
        _figure("owed at the start", [e for e in signed if e.signed_before], moved("opening")),
        _figure("interim funding taken into new agreements", [e for e in signed if e.new], moved("opening")),
        _figure("charges deferred", signed, moved("advances")),
        _figure("fees", signed, moved("fees")),
        _figure("interest", signed, moved("interest")),
        _figure("refunds", signed, moved("refunds")),
        _figure("repayments", signed, moved("repayments", -1)),
        _figure("amounts written off", signed, moved("written_off", -1)),
        _figure("interest billed as it fell due", signed, moved("interest_billed", -1)),
        _figure("owed at the end", signed, moved("closing")),
    ]
    return [ReturnFigure(each.name, tuple(part for part in each.parts if part.pence)) for each in rows]


def _boxes(years: Sequence[_Year]) -> list[ReturnFigure]:
    standing = [each for each in years if each.outstanding(each.last)]
    first = years[0].before + ONE if years else None
    rows = [
        _figure(
            "interim funding not yet signed",
            [e for e in years if not e.signed and e.ledger.balance(e.last)],
            lambda e: e.ledger.balance(e.last),
        ),
        _figure("new, loan style", [e for e in years if e.new and _style(e) is Style.LOAN], _value_of_new),
        _figure("paid off agreements that go on", [e for e in years if _paid_before_ending(e)], _paid_before_ending),
        _figure("in credit at the end", [e for e in standing if _owed(e) < 0], _owed),
    ]
    for kind in WriteOffKind:
        hit = [each for each in years if each.written_off(kind, first=first)]
        rows.append(_figure(f"written off: {kind}", hit, lambda e, k=kind: e.written_off(k, first=first)))  # type: ignore[misc]
    part = [each for each in years if each.written_off(WriteOffKind.PART_RECOVERED, first=first)]
    rows.append(_figure("recovered where part was written off", part, lambda e: e.repaid))
    for style in Style:
        rows.append(_figure(f"standing: {style}", [e for e in standing if _style(e) is style], _owed))
    for security in sorted({security_on(e.ledger.facts.agreement, e.last) for e in standing}):
        held = [e for e in standing if security_on(e.ledger.facts.agreement, e.last) is security]
        rows.append(_figure(f"standing: {security}", held, _owed))
    rows.append(_figure("standing: with a top-up", [e for e in standing if e.ledger.facts.agreement.top_up], _owed))
    for how in EndedBy:
        rows.append(_figure(f"ended by {how}", [e for e in years if _ended(e, how)], lambda e: e.repaid))
    return rows


def _style(each: _Year) -> Style:
    return each.ledger.facts.agreement.style


def _owed(each: _Year) -> int:
    return each.ledger.balance(each.last)


def _ended(each: _Year, how: EndedBy) -> bool:
    ended = each.ledger.facts.agreement.ended
    return ended is not None and ended.by is how and each.before < ended.on <= each.last


def _paid_before_ending(each: _Year) -> int:
    """Repaid in the year while the agreement went on: lump sums, not the person's weekly share of the fee."""
    agreement = each.ledger.facts.agreement
    return sum(
        row.totals.repayments
        for row in each.ledger.within(each.before + ONE, each.last + ONE)
        if agreement.signed_by(row.on) and not agreement.ended_by(row.on)
    )
