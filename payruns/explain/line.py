"""A line told: the answer first, then who and what, what changed, the steps, the facts used, and the ledger."""

from collections.abc import Iterable, Sequence

from finance.care_costs.news import cause_words
from finance.care_words import plan_words
from finance.days import Span, spoken
from finance.facts.changes import differences
from finance.facts.versions import Row, overlaps
from finance.facts.words import NOUNS, days_words, noun, value_words
from finance.money import sterling
from ledgers.explain.explanation import PLAIN, Explanation, Section
from ledgers.explain.sealed import Posting
from ledgers.runs import Run
from payruns.explain.figures import PaidDays
from payruns.explain.steps import period_section, prices_of
from payruns.explain.subject import ADJUSTMENT, LINE, SubjectFacts
from payruns.explain.why_not import why_not
from payruns.explain.workings import Workings


def explanation(told: Workings) -> Explanation:
    """The whole explanation of a subject in one run."""
    sections = (
        _who_and_what(told.subject, told.run.known),
        _run(told),
        _not_paid(told),
        _what_changed(told),
        *(period_section(told, each) for each in told.periods),
        _facts(told.subject, told.run.known, [each.span for each in told.periods], told.pieces),
        _ledger(told),
        _holds(told.holds),
        _reviewed(told),
        _since(told),
        _adds_up(told),
    )
    subject = told.subject
    return Explanation(
        subject.ref,
        subject.sort,
        told.run.nr,
        f"{_headline(told)}{_urgently(told)}",
        tuple(filter(None, sections)),
        told.as_json(),
    )


def never_worked_out(
    subject: SubjectFacts, known: int, holds: Sequence[Row], runs: Sequence[Run], postings: Sequence[Posting]
) -> Explanation:
    """A subject no run holds: why, and what would put it in one."""
    assert not postings, "the ledger holds money for something no run has worked out"
    calendar = subject.calendar(known)
    newest = runs[0] if runs else None
    reasons: list[str] = []
    if newest and newest.window_starts < newest.up_to:
        reasons = why_not(subject, newest.known, Span(newest.window_starts, newest.up_to))
        reasons = reasons or [f"Run {newest.nr} was worked out and found nothing due for it."]
    elif not subject.is_believed(known):
        reasons = why_not(subject, known, Span(calendar["go_live"], calendar["go_live"].replace(year=9000)))
    if not newest:
        reasons.append(f"No run of its pay calendar, {calendar['name']}, has been worked out yet.")
    sections = (
        _who_and_what(subject, known),
        Section("Why it is not paid", tuple(reasons)),
        _facts(subject, known, [], []),
        _holds(holds),
    )
    return Explanation(
        subject.ref,
        subject.sort,
        None,
        "No run has worked anything out for it yet.",
        tuple(filter(None, sections)),
        {"due": 0, "posted": 0, "proposed": 0, "periods": []},
    )


def _headline(told: Workings) -> str:
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


def _urgently(told: Workings) -> str:
    """What had been paid urgently, where it makes this run’s sum what it is."""
    paid = [f"{sterling(pence)} urgently by run {run}" for run, pence in sorted(told.paid_urgently.items())]
    return f" Paid before: {', '.join(paid)}." if paid else ""


def _of_which(told: Workings) -> str:
    late = sum(each.proposed for each in told.periods if each.late)
    own = told.proposed - late
    if not late:
        return ""
    return (
        f": {sterling(own)} for its own days and {sterling(late)} for earlier ones" if own else ", all for earlier days"
    )


def _who_and_what(subject: SubjectFacts, known: int) -> Section:
    """Names and references: the person, the service, the payee, the contract, the calendar, the plan."""
    own, contract, calendar = subject.own(known), subject.contract(known), subject.calendar(known)
    name = subject.facts.names(known)
    rows: list[tuple[str, str]] = []
    if own.get("person") is not None:
        died = subject.facts.one("person", own["person"], known)["died"]
        rows.append(("Person", name("person", own["person"]) + (f", died {spoken(died)}" if died else "")))
    rows.append(("Service", name("service", own["service"])))
    rows.append(("Payee", name("payee", (contract or own)["payee"])))
    if contract is not None:
        rows.append(("Contract", f"{name('contract', contract['nr'])}, paid {_payment(subject, known)}"))
    rows.append(("Pay calendar", f"{calendar['name']} ({calendar['ref']}), {calendar['cycle']}"))
    if subject.sort == LINE:
        package = subject.facts.one("package", own["package"], known)
        rows += [("Package", _package(package)), ("Plan", plan_words(own))]
    if subject.sort == ADJUSTMENT:
        rows.append(("Adjustment", f"{sterling(own['amount'])} for {spoken(own['on'])}: {own['reason']}"))
    else:
        rows.append(("Days", days_words(own) + (f" ({own['end_reason']})" if own.get("end_reason") else "")))
    return Section("Who and what", (), PLAIN, tuple(rows))


def _payment(subject: SubjectFacts, known: int) -> str:
    """Gross or net, and from which days otherwise."""
    contract = subject.contract(known)
    assert contract is not None
    said = [contract["payment"]]
    for row in subject.later_terms(known):
        if row["payment"] != said[-1].rsplit(maxsplit=1)[-1]:
            said.append(f"from {spoken(row['starts'])} {row['payment']}")
    return ", ".join(said)


def _package(package: Row) -> str:
    agreed = f", agreed by {package['approved_by']}" if package["approved_by"] else ""
    budget = package["weekly_budget"]
    return f"{package['ref']}{agreed}" + (f", {sterling(budget)} a week" if budget is not None else "")


def _run(told: Workings) -> Section:
    run, party = told.run, told.party
    rows = [
        ("Run", f"{run.nr}, {run.calendar_name}, {run.status}"),
        ("Days", f"{Span(run.window_starts, run.up_to)}" if run.window_starts < run.up_to else f"up to {run.up_to}"),
        (
            "Prepared",
            f"by {run.prepared_by} on {spoken(run.drafted_at.date())}, on all recorded up to change {run.known}",
        ),
        ("Payment day", spoken(run.pay_date)),
    ]
    if run.is_urgent:
        rows.append(("Urgent", str(run.urgent_why)))
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


def _not_paid(told: Workings) -> Section:
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
    found = why_not(told.subject, told.run.known, window)
    if told.periods:
        return Section("Why it is not paid for these days", tuple(found))
    nothing = "Nothing about it has changed since it was last settled, and this run’s own days have none of it."
    return Section("Why it is not paid", tuple(found) or (nothing,))


def _nothing_in_the_steps(told: Workings) -> Iterable[str]:
    """What makes every step nothing."""
    if any(not piece.count for piece in told.pieces):
        yield "None of its planned days falls in these days."
    if any(not piece.share for piece in told.pieces):
        yield "It is suspended, and nothing is paid while it is."
    if any(not piece.rate for piece in told.pieces):
        yield "Its price is nothing."


def _what_changed(told: Workings) -> Section:
    """Why days paid before are worked out again, or were not paid before."""
    again = [each for each in told.periods if each.proposed and (each.late or each.posted)]
    if not again:
        return Section("What changed")
    causes = {part.cause for each in told.periods for part in each.parts if part.proposed and part.cause}
    last = [told.last_posted(each) for each in told.periods if each.proposed]
    before = min([told.run.known_before, *(run.known for run in last if run)])
    found = differences(told.subject.facts, before, told.run.known) if before else []
    sentences = [*(f"Why: {cause_words(cause)}." for cause in sorted(causes)), *(each.words for each in found)]
    rows = tuple(
        (str(each.span), sterling(each.posted), sterling(each.due), sterling(each.proposed), _posted_by(each.earlier))
        for each in again
    )
    return Section("What changed", tuple(sentences), ("Days", "Before", "Now", "Difference", "Posted before by"), rows)


def _posted_by(earlier: Sequence[Posting]) -> str:
    """Which run posted what, in order."""
    by_run: dict[int, tuple[int, Posting]] = {}
    for each in earlier:
        by_run[each.run] = (by_run.get(each.run, (0, each))[0] + each.amount, each)
    words = [
        f"run {run} on {spoken(last.recorded.date())}, {sterling(sum_)}" for run, (sum_, last) in sorted(by_run.items())
    ]
    return "; ".join(words) or "nobody"


def _facts(subject: SubjectFacts, known: int, spans: Sequence[Span], pieces: Sequence[PaidDays]) -> Section:
    """Every fact the steps rest on. Those that touch none of the spans are left out, when there are spans; so are the
    rows of a rate card that priced none of the steps, when there are steps."""
    facts, rows = subject.facts, subject.facts.all_at(known)
    name = facts.names(known)
    care = [piece for piece in pieces if piece.kind == "care"]
    used = [
        (
            f"{noun(table)} {row['ref']}",
            value_words(table, row, name),
            days_words(row),
            facts.source(row["learned"], row["source_row"]),
            facts.teller(row["learned"]),
        )
        for table, row in _used(subject, known)
        if _touches(row, spans)
        and (table != "rate" or not pieces or any(row in prices_of(piece, rows) for piece in care))
    ]
    return Section("The facts used", (), ("Fact", "What it says", "Days", "From", "Learned"), tuple(used))


def _used(subject: SubjectFacts, known: int) -> Iterable[tuple[str, Row]]:
    rows, own = subject.facts.all_at(known), subject.own(known)
    for table in NOUNS:
        for row in rows.get(table, ()):
            if subject.sort == LINE and table in ("rate", "block") and not _prices(table, row, own, rows):
                continue
            if table in _CONTRACT and row[_CONTRACT[table]] != own.get("contract"):
                continue
            yield table, row


_CONTRACT = {"contract": "nr", "contract_terms": "contract"}


def _prices(table: str, row: Row, own: Row, rows: dict[str, list[Row]]) -> bool:
    """Whether a rate card's row or a block is one the line looks to."""
    if any(row[name] != own[name] for name in ("contract", "service")):
        return False
    if any(each["ends"] is None and each["starts"] <= own["starts"] for each in rows["agreed_rate"]):
        return False
    return bool(row["unit"] == own["unit"]) if table == "rate" else not rows["rate"]


def _touches(row: Row, spans: Sequence[Span]) -> bool:
    if not spans or row.get("starts") is None or "package" in row:
        return True
    return overlaps(row, min(each.first for each in spans), max(each.end for each in spans))


def _ledger(told: Workings) -> Section:
    """Every entry of the periods shown, and the total of the rest."""
    shown = {each.span.first for each in told.periods}
    mine = [each for each in told.postings if each.period_starts in shown] if shown else list(told.postings)
    rest = sum(each.amount for each in told.postings) - sum(each.amount for each in mine)
    sentences = [f"Other pay periods hold {sterling(rest)} in all."] if rest else []
    if not told.postings:
        sentences = ["The ledger holds nothing for it yet."]
    rows = tuple(
        (
            spoken(each.recorded.date()),
            str(each.run),
            str(Span(each.period_starts, each.period_ends)),
            each.kind,
            told.name("funder", each.funder),
            str(each.revision),
            sterling(each.amount),
            each.debit,
            each.credit,
        )
        for each in mine
    )
    columns = ("Posted", "Run", "Days", "What", "Funder", "No.", "Amount", "Debit", "Credit")
    return Section("In the ledger", tuple(sentences), columns, rows)


def _holds(holds: Sequence[Row]) -> Section:
    def words(hold: Row) -> str:
        when = spoken(hold["held_at"].date())
        head = f"The {hold['scope']} was told to wait by {hold['held_by']} on {when}: {hold['reason']}."
        if hold["released_at"] is None:
            return f"{head} It still waits."
        return f"{head} Let go by {hold['released_by']} on {spoken(hold['released_at'].date())}."

    return Section("Holds", tuple(words(each) for each in holds))


def _reviewed(told: Workings) -> Section:
    def words(finding: Row) -> str:
        accepted = (
            f" Accepted by {finding['accepted_by']}: {finding['accepted_reason']}" if finding["accepted_by"] else ""
        )
        return f"{finding['check_name'].capitalize()} ({finding['severity']}): {finding['what']}{accepted}"

    return Section("What the reviewer was shown", tuple(words(each) for each in told.findings))


def _since(told: Workings) -> Section:
    """Why newer runs have nothing for it, and what has been learned that no run has taken up."""
    sentences = []
    for run in told.later[:3]:
        window = Span(run.window_starts, run.up_to) if run.window_starts < run.up_to else None
        found = why_not(told.subject, run.known, window) if window else []
        if found:
            sentences.append(f"R{run.title[1:]} has nothing for it. {' '.join(found)}")
    newest = max([told.run, *told.later], key=lambda each: each.nr)
    found_since = differences(told.subject.facts, newest.known, told.known_now)
    return Section("Since this run", (*sentences, *(f"Not yet in any run: {each.words}" for each in found_since)))


def _adds_up(told: Workings) -> Section:
    if not told.periods:
        none = "There are no steps: nothing was worked out for it in this run."
        return Section("The sums", (none,) if not told.sealed.parked else ())
    if told.subject.sort == ADJUSTMENT:
        return Section("The sums", (_agree("Its amount", told),))
    same = "Worked out again now on what was known then, every step comes out the same."
    other = (
        "Worked out again now, the steps come out otherwise than the run sealed them. "
        "The sealed ones are shown; tell whoever looks after the system."
    )
    return Section("The sums", (_agree("Steps", told), same if told.same_again else other))


def _agree(head: str, told: Workings) -> str:
    proposed = f"{sterling(told.proposed)} proposed"
    return f"{head} to what is due, less what was paid before, and {proposed}: all agree, to the penny."
