"""One person in one run, told: why nothing is charged, what changed, every stretch, what it adds up to, the ledger."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from billing.assessments.decisions import Decision, line
from billing.charges.news import cause_words
from billing.explain.as_priced import AsPriced
from billing.explain.figures import ChargeFigure, figures
from billing.explain.person import InRun, changed, span_words, week_of
from billing.explain.prices import Pieces
from billing.explain.stretches import standing_in, stretch_words
from billing.explain.weeks import CARE, CHARGE, ChargedStretch, in_weeks, joined, shared
from finance.days import Span, day, number, spoken
from finance.facts.changes import FactDifference
from finance.money import sterling
from ledgers.explain.explanation import Explanation, Section
from ledgers.explain.sealed import Posting
from ledgers.runs import POSTED

Wanted = Callable[[int, str, int], bool]  # subject, kind, payer
FEE = "arrangement fee"
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Rested:
    """An assessment that stood on days of the explanation, the first of them ``on``. ``learned``: who said so, when,
    and from what; ``kept``: what it was worked out from is kept; ``priced``: what the care of that week costs."""

    person: str
    known: int
    word: Decision
    on: dt.date
    learned: str
    kept: bool
    priced: AsPriced

    def as_json(self) -> dict[str, object]:
        return {
            "person": self.person,
            "first_day": self.word.starts.isoformat(),
            "weekly_pence": self.word.most,
            "told": self.learned,
            "care_costs_pence": self.priced.cost,
            "workings_kept": self.kept,
        }


@dataclass(frozen=True)
class ChargeExplanation(Explanation):
    """Why a line, or a whole bill, comes to what it does in one charge run, and the assessments it rests on."""

    rested: tuple[Rested, ...] = ()


@dataclass(frozen=True)
class ChargeWorkings:
    """What there is to tell of one person in a run, narrowed to the subjects and payers asked about."""

    in_run: InRun
    stretches: Sequence[ChargedStretch]
    figures: Sequence[ChargeFigure]
    changes: Sequence[FactDifference]
    pieces: Pieces

    @property
    def amount(self) -> int:
        """Pence this run asks, or has posted."""
        return sum(each.amount for each in self.figures if not each.held)

    @property
    def earlier(self) -> int:
        return sum(each.amount for each in self.figures if each.late and not each.held)

    def mine(self, postings: Iterable[Posting]) -> list[Posting]:
        """Entries of what was asked about."""
        keys = {each.key for each in self.figures}
        return [each for each in postings if each.key in keys]


def tell(in_run: InRun, wanted: Wanted, pieces: Pieces) -> ChargeWorkings:
    """Work the figures out and prove them, for everything of the person's; then keep what is wanted."""
    weeks = shared(in_weeks(in_run.sealed.steps), in_run)
    mine = [each for each in figures(in_run, weeks) if wanted(each.key[0], each.key[1], each.key[3])]
    again = any(each.cause or each.before for each in mine) or in_run.sealed.parked is not None
    since = in_run.run.run_before and again
    changes = changed(in_run.person, in_run.run.known_before, in_run.run.known) if since else []
    stretches = joined(each for each in weeks if wanted(each.subject, each.kind, each.party))
    return ChargeWorkings(in_run, stretches, mine, changes, pieces)


def sections(told: ChargeWorkings) -> list[Section]:
    """The explanation, section by section; those with nothing in them are left out."""
    return list(
        filter(None, (_parked(told), _changed(told), *_lines(told), _weeks(told), _adding_up(told), _ledger(told)))
    )


def rested(told: ChargeWorkings) -> list[Rested]:
    """The assessments that stood, each once, with the first day told of on which it did."""
    in_run, person = told.in_run, told.in_run.person
    days = [word for each in told.stretches if each.kind in CARE for word in standing_in(each, in_run)]
    found: dict[tuple[int, dt.date], Rested] = {}
    for whole in line(in_run.words):
        stood = [word.starts for word in days if word.learned == whole.learned and whole.holds(word.starts)]
        if stood:
            found[whole.learned, whole.starts] = Rested(
                person.facts.ref("person", person.nr),
                in_run.run.known,
                whole,
                min(stood),
                person.facts.learned(whole.learned),
                whole.learned in person.kept,
                _priced(told, min(stood)),
            )
    return list(found.values())


def _priced(told: ChargeWorkings, on: dt.date) -> AsPriced:
    """What the care counted in the charging week of a day costs, of all the person’s lines."""
    first = week_of(on, told.in_run.calendar)
    week = Span(first, first + dt.timedelta(days=7))
    steps = in_weeks(told.in_run.sealed.steps)
    return AsPriced(week, sum(each.cost for each in steps if each.kind == CHARGE and first <= each.first < week.end))


def name_of(told: InRun, subject: int, kind: str) -> str:
    """What a figure is about: a line by its reference and service."""
    if kind == FEE:
        return FEE
    service = told.service_of(subject)
    return f"{told.facts.ref('service_line', subject)} {service['name'] if service else ''}".strip()


def as_json(told: Iterable[ChargeWorkings]) -> dict[str, object]:
    """Whole pence, ISO dates."""
    some = list(told)
    parked = [each.in_run.sealed.parked for each in some if each.in_run.sealed.parked]
    return {
        "amount_pence": sum(each.amount for each in some),
        "earlier_periods_pence": sum(each.earlier for each in some),
        "names": {each.in_run.facts.ref("service_line", s.subject): s.subject for each in some for s in each.stretches},
        "stretches": [s.as_json() for each in some for s in each.stretches],
        "lines": [f.as_json() for each in some for f in each.figures],
        "assessments": [stood.as_json() for each in some for stood in rested(each)],
        "changes": [change.words for each in some for change in each.changes],
        "parked": [
            {"what": each["what"], "what_to_do": each["what_to_do"], "since": each["since"].isoformat()}
            for each in parked
        ],
    }


def _parked(told: ChargeWorkings) -> Section:
    parked = told.in_run.sealed.parked
    if parked is None:
        return Section("Why nothing is charged")
    unbilled = "Nothing of theirs is charged or taken back in this run: everybody else was billed."
    return Section(
        "Why nothing is charged",
        (
            f"It could not be worked out: {parked['what']}",
            parked["what_to_do"],
            f"{unbilled} The next run works out every day from {spoken(parked['since'])}.",
        ),
    )


def _changed(told: ChargeWorkings) -> Section:
    cause = 0
    for each in told.figures:
        cause |= each.cause
    why = [f"Earlier weeks are worked out again: {cause_words(cause)}."] if cause else []
    return Section("What changed", (*why, *(each.words for each in told.changes)))


def _lines(told: ChargeWorkings) -> Iterable[Section]:
    """The weeks of each line."""
    in_run = told.in_run
    for subject, fee in dict.fromkeys((each.subject, each.kind == FEE) for each in told.stretches):
        mine = [each for each in told.stretches if (each.subject, each.kind == FEE) == (subject, fee)]
        said = [words for each in mine for words in stretch_words(each, in_run, told.pieces.get(subject, ()))]
        yield Section(f"How it was worked out: {name_of(in_run, subject, mine[0].kind)}", tuple(said))


def _weeks(told: ChargeWorkings) -> Section:
    """What the weeks of somebody with several services come to, all of them together, as their bill tells them."""
    some = [each for each in told.stretches if each.kind == CHARGE]
    title = "What the weeks come to"
    if len({each.subject for each in some}) < 2:
        return Section(title)
    sums: dict[dt.date, tuple[int, int]] = {}
    for each in some:
        opens = week_of(each.first, told.in_run.calendar)
        for place in range(each.weeks):
            cost, charge = sums.get(opens + place * WEEK, (0, 0))
            sums[opens + place * WEEK] = cost + each.cost, charge + each.charge
    alike: list[tuple[dt.date, int, int, int]] = []
    for first, (cost, charge) in sorted(sums.items()):
        last = alike[-1] if alike else None
        if last and last[2:] == (cost, charge) and last[0] + last[1] * WEEK == first:
            alike[-1] = (last[0], last[1] + 1, cost, charge)
        else:
            alike.append((first, 1, cost, charge))
    rows = tuple(
        (
            span_words(first, first + count * WEEK),
            f"{count}",
            sterling(cost),
            sterling(charge),
            sterling(count * charge),
        )
        for first, count, cost, charge in alike
    )
    return Section(title, (), ("Weeks", "How many", "Care costs", "Charged a week", "In all"), rows)


def _adding_up(told: ChargeWorkings) -> Section:
    if not told.figures:
        return Section("What it adds up to")
    in_run = told.in_run
    rows = []
    for each in told.figures:
        subject, kind, _, party, period = each.key
        sums = sterling(each.due), sterling(each.before), sterling(each.amount)
        payer = in_run.named("bill_payer", party)
        rows.append(
            (span_words(period, _period_end(in_run, period)), name_of(in_run, subject, kind), kind, payer, *sums)
        )
    before: dict[int, int] = {}
    for posting in told.mine(in_run.earlier):
        before[posting.run] = before.get(posting.run, 0) + posting.amount
    said = [f"Run {nr} had posted {sterling(pence)}." for nr, pence in before.items()]
    held = sum(each.amount for each in told.figures if each.held)
    if held:
        said.append(
            f"{sterling(held)} of it was told to wait, so it is not posted; a run proposes it again when it is let go."
        )
    verb = "posted" if in_run.run.status in POSTED else "proposes"
    said.append(f"Run {in_run.run.nr} {verb} {sterling(told.amount)}: what is due, less what was charged before.")
    columns = ("Bill period", "What", "Kind", "Payer", "Due", "Posted before", "This run")
    return Section("What it adds up to", tuple(said), columns, tuple(rows))


def _period_end(told: InRun, first: dt.date) -> dt.date:
    return day(min(number(told.calendar.period(first).end), max(number(told.run.up_to), number(first) + 1)))


def _ledger(told: ChargeWorkings) -> Section:
    in_run = told.in_run
    rows = [
        (
            spoken(each.recorded.date()),
            f"run {each.run}",
            spoken(each.period_starts),
            name_of(in_run, each.subject, each.kind),
            each.kind,
            sterling(each.amount),
            each.debit,
            each.credit,
        )
        for each in told.mine([*in_run.earlier, *in_run.posted])
    ]
    columns = ("Posted", "By", "Period from", "What", "Kind", "Amount", "Debit", "Credit")
    return Section("In the ledger", (), columns, tuple(rows))
