"""All that was read and worked out for one explanation, before it is put into words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from finance.days import Span
from finance.facts.versions import Name, Row
from ledgers.explain.sealed import Posting, Sealed
from ledgers.runs import POSTED, Run
from payruns.explain.again import Again, work_out
from payruns.explain.figures import LABELS, PaidDays, PeriodFigures, figures
from payruns.explain.subject import ADJUSTMENT, SubjectFacts, rule_of
from payruns.policy import PaymentPolicy


@dataclass(frozen=True)
class Workings:
    """One subject in one run. ``postings``: every entry of the subject; ``runs``: every run of its calendars."""

    subject: SubjectFacts
    run: Run
    sealed: Sealed
    postings: Sequence[Posting]
    holds: Sequence[Row]
    findings: Sequence[Row]
    party: Row | None
    runs: Sequence[Run]
    known_now: int
    periods: Sequence[PeriodFigures]
    again: Again

    @property
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy.from_json(self.run.policy)

    @property
    def name(self) -> Name:
        """What facts are called, as known to the run."""
        return self.subject.facts.names(self.run.known)

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
    def pieces(self) -> list[PaidDays]:
        """Every sealed step, of all periods."""
        return [piece for each in self.periods for piece in each.pieces]

    @property
    def same_again(self) -> bool:
        """Whether working it out afresh gives the very steps that were sealed."""
        return sorted(str(each.key) for each in self.pieces) == sorted(str(each.key) for each in self.again.pieces)

    @property
    def later(self) -> list[Run]:
        """Newer runs of the same calendar, the oldest first."""
        mine = [
            each
            for each in self.runs
            if each.calendar == self.run.calendar and each.nr > self.run.nr and not each.is_urgent
        ]
        return sorted(mine, key=lambda each: each.nr)

    def in_words(self, piece: PaidDays) -> PaidDays:
        """A sealed step, with the weekdays it counts where they are known."""
        return next((each for each in self.again.pieces if each.key == piece.key), piece)

    def last_posted(self, period: PeriodFigures) -> Run | None:
        """The run that last posted a period before this one."""
        last = max(period.earlier, key=lambda each: (each.released or 0, each.run), default=None)
        return next((each for each in self.runs if last and each.nr == last.run), None)

    @property
    def paid_urgently(self) -> dict[int, int]:
        """Pence that urgent runs had posted to the periods shown, before this run: by run."""
        urgent = {each.nr for each in self.runs if each.is_urgent}
        paid: dict[int, int] = {}
        for each in (posting for period in self.periods for posting in period.earlier if posting.run in urgent):
            paid[each.run] = paid.get(each.run, 0) + each.amount
        return paid

    def worked_before(self, period: PeriodFigures) -> tuple[Run, Again] | None:
        """How a period paid before was worked out then, by the run that last posted it."""
        run = self.last_posted(period)
        if run is None:
            return None
        up_to = min(run.up_to, period.span.end) if run.up_to > period.span.first else period.span.end
        return run, work_out(
            self.subject, run.known, [period.span], up_to, PaymentPolicy.from_json(run.policy).rounding
        )

    def as_json(self) -> dict[str, object]:
        """Whole pence, exact sums as fractions of a penny, ISO dates."""
        return {
            "calendar": self.run.calendar_name,
            "status": str(self.run.status),
            "rounding": str(self.policy.rounding),
            "due": self.due,
            "posted": self.due - self.proposed,
            "proposed": self.proposed,
            "posted_by_run": self.posted_by_run,
            "paid_urgently": [{"run": run, "pence": pence} for run, pence in sorted(self.paid_urgently.items())],
            "parked": self.sealed.parked["what"] if self.sealed.parked else None,
            "same_again": self.same_again,
            "labels": LABELS,
            "periods": [each.as_json() for each in self.periods],
        }


def work(
    subject: SubjectFacts,
    run: Run,
    sealed: Sealed,
    postings: Sequence[Posting],
    *,
    holds: Sequence[Row],
    findings: Sequence[Row],
    party: Row | None,
    runs: Sequence[Run],
    known_now: int,
) -> Workings:
    """Work out an explanation's figures. Asserts that they add up to what the run proposed."""
    spans = shown_periods(subject, run, sealed)
    rounding = PaymentPolicy.from_json(run.policy).rounding
    earlier = [each for each in postings if each.calendar == run.calendar and each.counted_by(run)]
    adjusts = subject.sort == ADJUSTMENT and subject.is_believed(run.known)
    amount = subject.own(run.known)["amount"] if adjusts else None
    return Workings(
        subject,
        run,
        sealed,
        postings,
        holds,
        findings,
        party,
        runs,
        known_now,
        figures(sealed, earlier, spans, run.window_starts, rounding, amount),
        work_out(subject, run.known, spans, run.up_to, rounding),
    )


def shown_periods(subject: SubjectFacts, run: Run, sealed: Sealed) -> list[Span]:
    """The pay periods in which the run worked out or proposed anything for the subject."""
    starts = sorted({row["period_starts"] for row in (*sealed.steps, *sealed.proposal)})
    ends: dict[dt.date, dt.date] = {row["period_starts"]: row["period_ends"] for row in sealed.proposal}
    rule = rule_of(subject.facts.one("pay_calendar", run.calendar, run.known))
    return [Span(each, ends.get(each) or rule.period(each).end) for each in starts]
