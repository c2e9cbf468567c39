"""One person in one run, told: why nothing is charged, what changed, every stretch, what it adds up to, the ledger."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from billing.assessments.decisions import line
from billing.charges.news import cause_words
from billing.explain.changes import Difference, differences
from billing.explain.explained import Part, Rested
from billing.explain.figures import Figure, figures
from billing.explain.nouns import told_words
from billing.explain.past import InRun
from billing.explain.prices import Pieces
from billing.explain.stretches import days_words, standing_in, stretch_words
from billing.explain.weeks import CARE, Stretch, in_weeks, joined, shared
from finance.days import day, number, spoken
from finance.money import sterling
from ledgers.runs import POSTED

Wanted = Callable[[int, str, int], bool]  # subject, kind, payer


@dataclass(frozen=True)
class Told:
    """What there is to tell of one person in a run, narrowed to the subjects and payers asked about."""

    in_run: InRun
    stretches: Sequence[Stretch]
    figures: Sequence[Figure]
    changes: Sequence[Difference]
    pieces: Pieces

    @property
    def amount(self) -> int:
        """Pence this run asks, or has posted."""
        return sum(each.amount for each in self.figures if not each.held)

    @property
    def earlier(self) -> int:
        return sum(each.amount for each in self.figures if each.late and not each.held)


def tell(in_run: InRun, wanted: Wanted, pieces: Pieces) -> Told:
    """Work the figures out and prove them, for everything of the person's; then keep what is wanted."""
    weeks = shared(in_weeks(in_run.steps), in_run)
    every = figures(in_run, weeks)
    mine = [each for each in every if wanted(each.key[0], each.key[1], each.key[2])]
    again = any(each.cause or each.before for each in mine) or in_run.parked is not None
    changes = (
        differences(in_run.past, in_run.run.known_before, in_run.run.known) if again and in_run.run.run_before else []
    )
    stretches = joined(each for each in weeks if wanted(each.subject, each.kind, each.party))
    return Told(in_run, stretches, mine, changes, pieces)


def parts(told: Told) -> Iterable[Part]:
    """The explanation, part by part; those with nothing in them are left out."""
    made = (_parked(told), _changed(told), *_lines(told), _adding_up(told), _ledger(told))
    return [each for each in made if each.sentences or each.rows]


def rested(told: Told) -> list[Rested]:
    """The assessments that stood, each once, with the first day told of on which it did."""
    in_run = told.in_run
    who = in_run.past.one("person", in_run.past.person, in_run.run.known)
    days = [(word, each) for each in told.stretches if each.kind in CARE for word in standing_in(each, in_run)]
    found: dict[tuple[int, dt.date], Rested] = {}
    for whole in line(in_run.past.words_at(in_run.run.known)):
        stood = [word.starts for word, _ in days if word.learned == whole.learned and whole.holds(word.starts)]
        if stood:
            kept = whole.learned in in_run.past.batches
            found[whole.learned, whole.starts] = Rested(
                who["ref"] if who else "", in_run.run.known, whole, min(stood), kept
            )
    return list(found.values())


def name_of(told: InRun, subject: int, kind: str) -> str:
    """What a figure is about: a line by its reference and service."""
    if kind == "arrangement fee":
        return "arrangement fee"
    line = told.past.one("service_line", subject, told.run.known)
    service = told.past.one("service", line["service"], told.run.known) if line else None
    return f"{line['ref'] if line else subject} {service['name'] if service else ''}".strip()


def payer_name(told: InRun, nr: int) -> str:
    row = told.past.one("bill_payer", nr, told.run.known)
    return f"{row['name']} ({row['ref']})" if row else f"payer {nr}"


def _parked(told: Told) -> Part:
    parked = told.in_run.parked
    if parked is None:
        return Part("Why nothing is charged")
    unbilled = "Nothing of theirs is charged or taken back in this run: everybody else was billed."
    return Part(
        "Why nothing is charged",
        (
            f"It could not be worked out: {parked['what']}",
            parked["what_to_do"],
            f"{unbilled} The next run works out every day from {spoken(parked['since'])}.",
        ),
    )


def _changed(told: Told) -> Part:
    if not told.changes and not any(each.cause for each in told.figures):
        return Part("What changed")
    cause = 0
    for each in told.figures:
        cause |= each.cause
    why = [f"Earlier weeks are worked out again: {cause_words(cause)}."] if cause else []
    return Part("What changed", (*why, *(each.words(told.in_run.past) for each in told.changes)))


def _lines(told: Told) -> Iterable[Part]:
    """The weeks of each line."""
    in_run = told.in_run
    for subject, kind in dict.fromkeys((each.subject, each.kind == "arrangement fee") for each in told.stretches):
        mine = [each for each in told.stretches if (each.subject, each.kind == "arrangement fee") == (subject, kind)]
        title = f"How it was worked out: {name_of(in_run, subject, mine[0].kind)}"
        yield Part(
            title,
            tuple(
                sentence for each in mine for sentence in stretch_words(each, in_run, told.pieces.get(each.subject, ()))
            ),
        )


def _adding_up(told: Told) -> Part:
    in_run = told.in_run
    rows = [
        (
            days_words(each.key[3], _period_end(in_run, each.key[3])),
            name_of(in_run, each.key[0], each.key[1]),
            each.key[1],
            payer_name(in_run, each.key[2]),
            sterling(each.due),
            sterling(each.before),
            sterling(each.amount),
        )
        for each in told.figures
    ]
    before = sorted({posting.run for each in told.figures for posting in in_run.earlier if posting.key == each.key})
    said = [
        f"Run {nr} had posted {sterling(sum(p.amount for p in in_run.earlier if p.run == nr and _mine(told, p.key)))}."
        for nr in before
    ]
    held = sum(each.amount for each in told.figures if each.held)
    if held:
        said.append(
            f"{sterling(held)} of it was told to wait, so it is not posted; a run proposes it again when it is let go."
        )
    came = "Run {} posted {}".format if in_run.run.status in POSTED else "Run {} proposes {}".format
    said.append(f"{came(in_run.run.nr, sterling(told.amount))}: what is due, less what was posted before.")
    columns = ("Bill period", "What", "Kind", "Payer", "Due", "Posted before", "This run")
    return Part("What it adds up to", tuple(said), columns, tuple(rows)) if rows else Part("What it adds up to")


def _period_end(told: InRun, first: dt.date) -> dt.date:
    return day(min(number(told.calendar.period(first).end), max(number(told.run.up_to), number(first) + 1)))


def _mine(told: Told, key: object) -> bool:
    return any(each.key == key for each in told.figures)


def _ledger(told: Told) -> Part:
    in_run = told.in_run
    mine = [each for each in (*in_run.earlier, *in_run.posted) if _mine(told, each.key)]
    rows = [
        (
            spoken(each.recorded.date()),
            f"run {each.run}",
            spoken(each.key[3]),
            name_of(in_run, each.key[0], each.key[1]),
            each.key[1],
            sterling(each.amount),
            each.debit,
            each.credit,
        )
        for each in mine
    ]
    columns = ("Posted", "By", "Period from", "What", "Kind", "Amount", "Debit", "Credit")
    return Part("In the ledger", (), columns, tuple(rows))


def assessment_json(each: Rested, told: InRun) -> dict[str, object]:
    word = each.word
    return {
        "person": each.person,
        "first_day": word.starts.isoformat(),
        "weekly_pence": word.charge,
        "told": told_words(told.past, word.learned),
        "workings_kept": each.kept,
    }
