"""Deferred payments as they are shown, in words and to machines: loans, statements, redemption figures, the return."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from rich.console import RenderableType

from billing.deferred_payments.jobs import LoanShown
from billing.deferred_payments.loan_to_date import LoanRefused
from billing.deferred_payments.papers import LoanPaper, Quote
from finance.days import spoken
from finance.deferred_payments import DebtTotals, ReturnFigure
from finance.deferred_payments.interest import percent_text
from finance.money import round_fraction, sterling
from interfaces.cli.frame import printing

ONE = dt.timedelta(days=1)
_PARTS = (
    ("advances", "Charges deferred", 1),
    ("fees", "Fees", 1),
    ("interest", "Interest", 1),
    ("refunds", "Paid back", 1),
    ("repayments", "Repayments", -1),
    ("written_off", "Written off", -1),
    ("interest_billed", "Interest billed", -1),
)


def refused_shown(refused: Sequence[LoanRefused], version: int | None) -> list[RenderableType]:
    """Every agreement that cannot be worked out, and why; and that no policy is in force, where that may be it."""
    shown: list[RenderableType] = [
        f"{each.held.agreement.ref} cannot be worked out: {each.why.what} {each.why.what_to_do}" for each in refused
    ]
    if refused and version is None:
        shown.append(printing.note("No policy of the council is in force: the choices and rates are the shipped ones."))
    return shown


def loan_json(shown: LoanShown) -> dict[str, object]:
    """A loan at the close of a day."""
    loan, kept = shown.loan, shown.loan.held.agreement
    return {
        "agreement": kept.ref,
        "person": kept.person_ref,
        "name": kept.name,
        "on": loan.up_to - ONE,
        "state": shown.state,
        "signed": kept.signed,
        "security": kept.security,
        "owed_pence": loan.owed,
        "posted_pence": shown.posted,
        "not_posted_pence": shown.not_posted,
        "limit_reached": shown.limit_reached,
        "charges_in_to": _last(loan.held.charged_to),
        "parts": _totals_json(shown.totals) if shown.totals else {},
    }


def loan_shown(shown: LoanShown) -> list[RenderableType]:
    loan, kept = shown.loan, shown.loan.held.agreement
    return [
        printing.heading(f"{kept.ref}: {kept.name}, at the close of {spoken(loan.up_to - ONE)}"),
        printing.pairs(
            [
                ("State", shown.state),
                ("Signed", printing.day(kept.signed)),
                ("Security", kept.security),
                ("Charges are in to", printing.day(_last(loan.held.charged_to))),
                ("Limit reached", printing.day(shown.limit_reached)),
            ]
        ),
        printing.sums([*_parts(shown.totals), ("Owed", loan.owed), ("Not yet posted", shown.not_posted)]),
    ]


def _parts(totals: DebtTotals | None) -> list[tuple[str, int]]:
    if totals is None:
        return []
    found = [(words, sign * int(getattr(totals, name))) for name, words, sign in _PARTS]
    return [(words, pence) for words, pence in found if pence]


def _totals_json(totals: DebtTotals) -> dict[str, int]:
    return {
        "opening_pence": totals.opening,
        **{f"{name}_pence": sign * int(getattr(totals, name)) for name, _, sign in _PARTS},
        "closing_pence": totals.closing,
    }


def _last(end: dt.date | None) -> dt.date | None:
    return end - ONE if end else None


def paper_json(paper: LoanPaper, days: bool) -> dict[str, object]:
    """A statement; with ``days``, the interest of every day."""
    made = paper.statement
    return {
        "agreement": made.reference,
        "person": made.person,
        "name": paper.name,
        "first_day": made.first,
        "last_day": made.end - ONE,
        **_totals_json(made.totals),
        "lines": [
            {
                "what": each.what,
                "first_day": each.first,
                "last_day": each.end - ONE,
                "pence": each.pence,
                "why": each.why,
            }
            for each in made.lines
        ],
        "security": str(made.security),
        "home_value_pence": made.value_pence,
        "limit_pence": made.limit_pence,
        "equity_left_pence": made.room_pence,
        "review_due": made.review_due,
        "limit_reached": paper.limit_reached,
        "next_statement": paper.next_statement,
        "charges_in_to": _last(paper.charged_to),
        "kept_weekly_pence": paper.kept_weekly,
        "pays_weekly_pence": paper.pays_weekly,
        **(
            {
                "days": [
                    {"on": on, "bearing_pence": bearing, "percent": percent_text(rate), "interest_pence": pence}
                    for on, bearing, rate, pence in paper.days
                ]
            }
            if days
            else {}
        ),
    }


def paper_shown(paper: LoanPaper, days: bool) -> list[RenderableType | None]:
    made = paper.statement
    rows: list[list[RenderableType]] = [["Owed at the start", "", "", printing.amount(made.totals.opening)]]
    rows += [
        [printing.opening(each.what), printing.short_span(each.first, each.end), each.why, printing.amount(each.pence)]
        for each in made.lines
    ]
    rows.append(["Owed at the end", "", "", printing.amount(made.totals.closing)])
    every: list[list[RenderableType]] = [
        [printing.day(on), printing.amount(bearing), f"{percent_text(rate)}%", printing.amount(pence)]
        for on, bearing, rate, pence in paper.days
    ]
    return [
        printing.heading(f"{made.reference}: {paper.name}, {spoken(made.first)} to {spoken(made.end - ONE)}"),
        printing.table(("What", "Days", "Why", "Amount"), rows, right=("Amount",)),
        printing.pairs(
            [
                ("Security", str(made.security)),
                ("Value of the home", printing.amount(made.value_pence)),
                ("The most that may be deferred", printing.amount(made.limit_pence)),
                ("Left to defer", printing.amount(made.room_pence)),
                ("Limit reached, as things stand", printing.day(paper.limit_reached)),
                ("Charges are in to", printing.day(_last(paper.charged_to))),
                ("Next statement", printing.day(paper.next_statement)),
            ]
        ),
        printing.table(("Day", "On", "A year", "Interest"), every, right=("On", "A year", "Interest"))
        if days
        else None,
    ]


def quote_json(quote: Quote) -> dict[str, object]:
    """What clears a loan on a day."""
    made = quote.redemption
    return {
        "agreement": quote.ref,
        "person": quote.person,
        "name": quote.name,
        "on": made.on,
        "redemption_pence": made.pence,
        "parts": _totals_json(made.parts),
        "next_day_pence_exact": str(made.next_day_interest_exact),
        "next_day_deferred_pence_exact": str(quote.daily_deferred_exact),
        "charges_in_to": _last(quote.charged_to),
        "charges_missing": quote.short_of_charges,
    }


def quote_shown(quote: Quote) -> list[RenderableType | None]:
    made = quote.redemption
    if made.pence <= 0:
        stands = f"stands {sterling(-made.pence)} in credit" if made.pence else "owes nothing"
        return [
            f"{quote.ref}, {quote.name}, {stands} on {spoken(made.on)}: there is nothing to redeem.",
            printing.sums([*_parts(made.parts), ("Owed", made.pence)]),
        ]
    until = f"to {spoken(quote.charged_to - ONE)}" if quote.charged_to else "for no days"
    return [
        (
            f"{quote.ref}, {quote.name}: {sterling(made.pence)} paid on {spoken(made.on)} clears the loan and ends the "
            f"agreement."
        ),
        printing.sums([*_parts(made.parts), ("To pay", made.pence)]),
        _each_day_after(made.next_day_interest_exact, quote.daily_deferred_exact),
        printing.note(f"Charges are in {until}: those of later days are not in this figure.")
        if quote.short_of_charges
        else None,
    ]


def _each_day_after(interest: Fraction, deferred: Fraction) -> str:
    """What a day more adds in all, and of what it is made."""
    if not interest + deferred:
        return "No day after it adds anything, as things stand."
    both = f"Each day after it adds about {_part_of_a_day(interest + deferred)}"
    if not deferred:
        return f"{both}. That is interest alone: nothing more is being deferred."
    return (
        f"{both}: {_part_of_a_day(interest)} of interest, and {_part_of_a_day(deferred)} of charges deferred, as "
        f"things stand."
    )


def _part_of_a_day(pence: Fraction) -> str:
    tenths = round_fraction(pence * 10)
    return f"{tenths // 10}.{tenths % 10}p" if tenths < 1_000 else sterling(round_fraction(pence))


def figure_json(figure: ReturnFigure) -> dict[str, object]:
    """One figure of the yearly return, and the agreements behind it."""
    return {
        "figure": figure.name,
        "agreements": figure.count,
        "value_pence": figure.pence,
        "parts": [{"agreement": each.reference, "pence": each.pence} for each in figure.parts],
    }
