"""An explanation in words: the answer first, then who and what, what changed, the steps, the facts and the ledger."""

from collections.abc import Iterable, Sequence

from finance.care_costs.news import cause_words
from finance.care_costs.rows import Row
from finance.days import Span, spoken
from finance.money import sterling
from ledgers.runs import Run
from payruns.explain.changes import differences, learned_words
from payruns.explain.explanation import PLAIN, Explanation, Section
from payruns.explain.machine import as_figures
from payruns.explain.past import ADJUSTMENT, Past, Posting
from payruns.explain.steps import name_of, period_sections
from payruns.explain.sums import Piece
from payruns.explain.told import Told
from payruns.explain.used import facts_section, who_and_what
from payruns.explain.why_not import why_not

_NO_FIGURES = "There are no steps: nothing was worked out for it in this run."


def as_explanation(told: Told) -> Explanation:
    """The whole explanation of a subject in one run."""
    sections = (
        who_and_what(told.past, told.run.known),
        _run(told),
        _not_paid(told),
        _what_changed(told),
        *period_sections(told),
        facts_section(told.past, told.run.known, [each.span for each in told.periods], _pieces(told)),
        _ledger(told),
        _holds(told.holds),
        _reviewed(told),
        _since(told),
        _adds_up(told),
    )
    return Explanation(
        told.past.ref, told.past.sort, told.run.nr, _headline(told), tuple(filter(None, sections)), as_figures(told)
    )


def _pieces(told: Told) -> list[Piece]:
    """Every sealed step, of all periods."""
    return [piece for period in told.periods for sum_ in period.sums for piece in sum_.pieces]


def _headline(told: Told) -> str:
    run, parked = f"Run {told.run.nr}", told.sealed.parked
    if parked:
        return f"{run} does not pay it, because {parked['what']} {parked['what_to_do']}"
    if not told.periods:
        return f"{run} has nothing for it."
    if not told.due and not told.proposed:
        return f"Nothing is due for it in run {told.run.nr}."
    if not told.proposed:
        return f"{run} proposes nothing more: the {sterling(told.due)} due had all been posted before."
    size = sterling(abs(told.proposed))
    if not told.released:
        verb = "to pay" if told.proposed > 0 else "to take back"
        return f"{run} proposes {verb} {size}. It is {told.run.status} and not yet released."
    if not told.posted_by_run:
        return (
            f"{run} proposed {sterling(told.proposed)}, which was held when the run was released, so it was not posted."
        )
    if told.posted_by_run != told.proposed:
        held = told.proposed - told.posted_by_run
        return f"{run} proposed {sterling(told.proposed)}, of which {sterling(held)} was held and the rest posted."
    verb = "posted" if told.proposed > 0 else "took back"
    return f"{run} {verb} {size}{_of_which(told)}."


def _of_which(told: Told) -> str:
    late = sum(each.proposed for each in told.periods if each.late)
    own = told.proposed - late
    if not late:
        return ""
    return (
        f": {sterling(own)} for its own days and {sterling(late)} for earlier ones" if own else ", all for earlier days"
    )


def _run(told: Told) -> Section:
    run, party = told.run, told.party
    rows = [
        ("Run", f"{run.nr}, {run.calendar_name}, {run.status}"),
        ("Days", f"{Span(run.window_starts, run.up_to)}" if run.window_starts < run.up_to else f"up to {run.up_to}"),
        (
            "Prepared",
            f"by {run.prepared_by} on {spoken(run.drafted_at.date())}, on all that was known at change {run.known}",
        ),
        ("Payment day", spoken(run.pay_date)),
    ]
    if party and told.released:
        rows.append(("The payee in all", _payee_words(party)))
    return Section("The run", (), PLAIN, tuple(rows))


def _payee_words(party: Row) -> str:
    words = f"{sterling(party['paid'])} paid"
    if party["brought_forward"]:
        words += f", {sterling(party['brought_forward'])} brought forward"
    if party["carried_forward"]:
        words += f", {sterling(party['carried_forward'])} carried forward"
    return words + (f" ({party['withheld']})" if party["withheld"] else "")


def _not_paid(told: Told) -> Section:
    parked = told.sealed.parked
    if parked:
        return Section(
            "Why it is not paid",
            (
                f"Not paid, because {parked['what']}",
                parked["what_to_do"],
                f"The whole line waits from {spoken(parked['since'])}; the next run takes it up again from there.",
            ),
        )
    if told.periods and not told.due and not told.proposed:
        return Section("Why it is not paid", tuple(_nothing_in_the_steps(told)))
    window = Span(told.run.window_starts, told.run.up_to)
    if any(each.span.end > window.first and each.sums for each in told.periods):
        return Section("Why it is not paid")
    found = why_not(told.past, told.run.known, window)
    title = "Why it is not paid for these days" if told.periods else "Why it is not paid"
    if not told.periods and not found:
        found = ["Nothing about it has changed since it was last settled, and this run’s own days have none of it."]
    return Section(title, tuple(found))


def _nothing_in_the_steps(told: Told) -> Iterable[str]:
    """What makes every step nothing."""
    pieces = [piece for each in told.periods for sum_ in each.sums for piece in sum_.pieces]
    if any(not piece.count for piece in pieces):
        yield "None of its planned days falls in these days."
    if any(not piece.share for piece in pieces):
        yield "It is suspended, and nothing is paid while it is."
    if any(not piece.rate for piece in pieces):
        yield "Its price is nothing."


def _what_changed(told: Told) -> Section:
    """Why days paid before are worked out again, or were not paid before."""
    causes = {part.cause for each in told.periods for part in each.parts if part.proposed and part.cause}
    again = [each for each in told.periods if each.proposed and (each.late or each.posted)]
    if not again:
        return Section("What changed")
    sentences = [f"Why: {cause_words(cause)}." for cause in sorted(causes)]
    name = name_of(told)
    before = min([told.run.known_before, *_last_known(told)])
    found = differences(told.past, before, told.run.known) if before else []
    sentences += [f"{each.what(name)}; {learned_words(each.change, each.row)}." for each in found]
    rows = tuple(
        (str(each.span), sterling(each.posted), sterling(each.due), sterling(each.proposed), _posted_by(each.earlier))
        for each in again
    )
    return Section("What changed", tuple(sentences), ("Days", "Before", "Now", "Difference", "Posted before by"), rows)


def _last_known(told: Told) -> Iterable[int]:
    """What was known to the run that last posted each period now worked out again."""
    for each in told.periods:
        run = told.run_of(max((posting.run for posting in each.earlier), default=0)) if each.proposed else None
        if run:
            yield run.known


def _posted_by(earlier: Sequence[Posting]) -> str:
    """Which run posted what, in order."""
    by_run: dict[int, tuple[int, Posting]] = {}
    for each in earlier:
        by_run[each.run] = (by_run.get(each.run, (0, each))[0] + each.amount, each)
    words = [
        f"run {run} on {spoken(last.recorded.date())}, {sterling(sum_)}" for run, (sum_, last) in sorted(by_run.items())
    ]
    return "; ".join(words) or "nobody"


def _ledger(told: Told) -> Section:
    """Every entry of the periods shown, and the total of the rest."""
    shown = {each.span.first for each in told.periods}
    mine = [each for each in told.postings if each.period_starts in shown] if shown else list(told.postings)
    rest = sum(each.amount for each in told.postings) - sum(each.amount for each in mine)
    sentences = [f"Other pay periods hold {sterling(rest)} in all."] if rest else []
    if not told.postings:
        sentences = ["The ledger holds nothing for it yet."]
    return Section("In the ledger", tuple(sentences), _ENTRY, tuple(_entry(each, told) for each in mine))


_ENTRY = ("Posted", "Run", "Days", "What", "Funder", "No.", "Amount", "Debit", "Credit")


def _entry(each: Posting, told: Told) -> tuple[str, ...]:
    name = name_of(told)
    return (
        spoken(each.recorded.date()),
        str(each.run),
        str(Span(each.period_starts, each.period_ends)),
        each.kind,
        name("funder", each.funder),
        str(each.revision),
        sterling(each.amount),
        each.debit,
        each.credit,
    )


def _holds(holds: Sequence[Row]) -> Section:
    def words(hold: Row) -> str:
        head = (
            f"The {hold['scope']} was told to wait by {hold['held_by']} on {spoken(hold['held_at'].date())}: "
            f"{hold['reason']}."
        )
        if hold["released_at"] is None:
            return f"{head} It still waits."
        return f"{head} Let go by {hold['released_by']} on {spoken(hold['released_at'].date())}."

    return Section("Holds", tuple(words(each) for each in holds))


def _reviewed(told: Told) -> Section:
    def words(finding: Row) -> str:
        accepted = (
            f" Accepted by {finding['accepted_by']}: {finding['accepted_reason']}" if finding["accepted_by"] else ""
        )
        return f"{finding['check_name'].capitalize()} ({finding['severity']}): {finding['what']}{accepted}"

    return Section("What the reviewer was shown", tuple(words(each) for each in told.findings))


def _since(told: Told) -> Section:
    """Why newer runs have nothing for it, and what has been learned that no run has taken up."""
    sentences = []
    for run in sorted(told.later, key=lambda each: each.nr)[:3]:
        found = (
            why_not(told.past, run.known, Span(run.window_starts, run.up_to)) if run.window_starts < run.up_to else []
        )
        if found:
            sentences.append(f"R{run.title[1:]} has nothing for it. {' '.join(found)}")
    newest = max([told.run, *told.later], key=lambda each: each.nr)
    name = name_of(told)
    for each in differences(told.past, newest.known, told.known_now):
        sentences.append(f"Not yet in any run: {each.what(name)}; {learned_words(each.change, each.row)}.")
    return Section("Since this run", tuple(sentences))


def _adds_up(told: Told) -> Section:
    if not told.periods:
        return Section("The sums", (_NO_FIGURES,) if not told.sealed.parked else ())
    head = "Steps" if told.past.sort != ADJUSTMENT else "Its amount"
    words = [f"{head} to due, due less posted, and {sterling(told.proposed)} proposed: all agree, to the penny."]
    if told.past.sort != ADJUSTMENT:
        words.append(
            "Worked out again now on what was known then, every step comes out the same."
            if told.same_again
            else "Worked out again now, the steps come out otherwise than the run sealed them. The sealed ones are shown; tell "
            "whoever looks after the system."
        )
    return Section("The sums", tuple(words))


def never_worked_out(
    past: Past, known: int, holds: Sequence[Row], runs: Sequence[Run], postings: Sequence[Posting]
) -> Explanation:
    """A subject no run holds: why, and what would put it in one."""
    calendar = past.calendar(known)
    newest = runs[0] if runs else None
    reasons: list[str] = []
    if newest and newest.window_starts < newest.up_to:
        reasons = why_not(past, newest.known, Span(newest.window_starts, newest.up_to))
        reasons = reasons or [f"Run {newest.nr} was worked out and found nothing due for it."]
    elif not past.is_believed(known):
        reasons = why_not(past, known, Span(calendar["go_live"], calendar["go_live"].replace(year=9000)))
    if not newest:
        reasons.append(f"No run of its pay calendar, {calendar['name']}, has been worked out yet.")
    sections = (
        who_and_what(past, known),
        Section("Why it is not paid", tuple(reasons)),
        facts_section(past, known, []),
        _holds(holds),
    )
    assert not postings, "the ledger holds money for something no run has worked out"
    return Explanation(
        past.ref,
        past.sort,
        None,
        "No run has worked anything out for it yet.",
        sections,
        {"due": 0, "posted": 0, "proposed": 0, "periods": []},
    )
