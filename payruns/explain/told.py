"""All that was read and worked out for one explanation, before it is put into words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from finance.care_costs.rows import Row
from finance.days import Span
from ledgers.runs import POSTED, Run
from payruns.explain.again import Again, work_out
from payruns.explain.figures import PeriodFigures, figures
from payruns.explain.past import ADJUSTMENT, Past, Posting, Sealed, rule_of
from payruns.explain.sums import Piece
from payruns.policy import Policy


@dataclass(frozen=True)
class Told:
    """One subject in one run. ``postings``: every entry of the subject; ``later``: newer runs of the same calendar."""

    past: Past
    run: Run
    sealed: Sealed
    postings: Sequence[Posting]
    holds: Sequence[Row]
    findings: Sequence[Row]
    party: Row | None
    later: Sequence[Run]
    runs: Sequence[Run]
    known_now: int
    periods: Sequence[PeriodFigures]
    again: Again

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.run.policy)

    @property
    def proposed(self) -> int:
        return sum(each.proposed for each in self.periods)

    @property
    def due(self) -> int:
        return sum(each.due for each in self.periods)

    @property
    def released(self) -> bool:
        return self.run.status in POSTED

    @property
    def posted_by_run(self) -> int:
        """What this run itself put in the ledger for the subject."""
        return sum(each.amount for each in self.postings if each.run == self.run.nr)

    @property
    def same_again(self) -> bool:
        """Whether working it out afresh gives the very steps that were sealed."""
        sealed = sorted(str(piece.key) for each in self.periods for sum_ in each.sums for piece in sum_.pieces)
        return sealed == sorted(str(piece.key) for piece in self.again.pieces)

    def in_words(self, piece: Piece) -> Piece:
        """A sealed step, with the weekdays it counts where they are known."""
        return next((each for each in self.again.pieces if each.key == piece.key), piece)

    def run_of(self, nr: int) -> Run | None:
        return next((each for each in self.runs if each.nr == nr), None)

    def worked_before(self, period: PeriodFigures) -> tuple[Run, Again] | None:
        """How a period paid before was worked out then, by the run that last posted it."""
        last = max((each.run for each in period.earlier), default=None)
        run = self.run_of(last) if last else None
        if run is None:
            return None
        up_to = min(run.up_to, period.span.end) if run.up_to > period.span.first else period.span.end
        return run, work_out(self.past, run.known, [period.span], up_to, Policy.from_json(run.policy).rounding)


def tell(
    past: Past,
    run: Run,
    sealed: Sealed,
    postings: Sequence[Posting],
    *,
    holds: Sequence[Row],
    findings: Sequence[Row],
    party: Row | None,
    runs: Sequence[Run],
    known_now: int,
) -> Told:
    """Work out an explanation's figures. Asserts that they add up to what the run proposed."""
    spans = shown_periods(past, run, sealed)
    rounding = Policy.from_json(run.policy).rounding
    earlier = [each for each in postings if each.calendar == run.calendar and each.run < run.nr]
    own = past.own(run.known)
    amount = own["amount"] if past.sort == ADJUSTMENT and past.is_believed(run.known) else None
    later = [each for each in runs if each.calendar == run.calendar and each.nr > run.nr]
    return Told(
        past,
        run,
        sealed,
        postings,
        holds,
        findings,
        party,
        later,
        runs,
        known_now,
        figures(sealed, earlier, spans, run.window_starts, rounding, amount),
        work_out(past, run.known, spans, run.up_to, rounding),
    )


def shown_periods(past: Past, run: Run, sealed: Sealed) -> list[Span]:
    """The pay periods in which the run worked out or proposed anything for the subject."""
    starts = sorted({row["period_starts"] for row in (*sealed.steps, *sealed.proposal)})
    ends: dict[dt.date, dt.date] = {row["period_starts"]: row["period_ends"] for row in sealed.proposal}
    rule = rule_of(past.of("pay_calendar", run.calendar, run.known))
    return [Span(each, ends.get(each) or rule.period(each).end) for each in starts]
