"""What an officer must know besides one person's charge, and what they gave up week by week: told, written as rows."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.assessments.beside_jobs import Beside
from billing.assessments.beside_jobs import beside as beside_of
from finance.assessment.asking import NOTIONAL_CAPITAL
from finance.days import spoken
from finance.money import pounds, read_pence, round_fraction, sterling
from interfaces.cli.assessments.one_person import Known, PersonRef
from interfaces.cli.assessments.policy import TriedPolicy, policy_of
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk

SHOWN = 13  # sums shown on the screen, from the day asked about; JSON lists every week
ONE = dt.timedelta(days=1)


def beside(
    desk: Desk,
    person: PersonRef,
    spending: Annotated[
        str | None,
        typer.Option(
            "--spending",
            metavar="POUNDS",
            help="What the person spends a week besides the fee: also tells when capital comes down to the limit.",
        ),
    ] = None,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=520, metavar="WEEKS", help="How far ahead to follow what was given up.")
    ] = 52,
    extract: Annotated[
        Path | None,
        typer.Option(
            "--extract", metavar="PATH", help="Write what was given up as rows of the assets extract, .csv or .xlsx."
        ),
    ] = None,
    policy: TriedPolicy = None,
    known: Known = None,
) -> None:
    """Tell what stands beside a charge: deferred payment, own top-up, run-down, and what was given up week by week.

    Example: outturn assess beside P000123 --on 2026-06-01 --spending 40.00
    """
    spent = None if spending is None else read_pence(spending)
    found = beside_of(
        desk.database, person, desk.on, policy_of(desk, policy), known=known, spending_pence=spent, weeks=weeks
    )
    rows = _rows(found)
    if extract is not None and rows:
        from interfaces.files.inbound.writing import write_extract

        write_extract("assets", rows, extract)
    desk.answer(_json(found, extract if rows else None), *_told(found, spent, extract, desk.on))


def _json(found: Beside, written: Path | None) -> dict[str, object]:
    down = found.run_down
    return {
        "person": found.ref,
        "name": found.name,
        "on": found.made.on,
        "charge_pence": found.made.charge_pence,
        "deferred_payment": {
            "must_offer_with_adequate_security": found.offer.must_offer,
            "why_not": list(found.offer.why_not),
        },
        "top_up_pence": found.made.top_up_pence,
        "own_top_up": found.own_top_up,
        "run_down": None
        if down is None
        else {
            "reached": down.reached,
            "days": down.days,
            "capital_then_pence": None if down.capital_then_pence is None else round_fraction(down.capital_then_pence),
            "why": down.why,
        },
        "given_up": None
        if found.gave_up is None
        else {
            "asset": found.gave_up,
            "weeks": [
                asdict(each) | {"falls_by_pence": each.falls_by_pence, "left_pence": each.left_pence}
                for each in found.weeks
            ],
            "written": written and str(written),
        },
    }


def _told(found: Beside, spending: int | None, extract: Path | None, on: dt.date) -> list[RenderableType | None]:
    if found.offer.must_offer:
        offer = "A deferred payment must be offered, if there is adequate security."
    else:
        offer = f"A deferred payment need not be offered: {'; '.join(found.offer.why_not)}."
    who = f"{found.name} ({found.ref}) on {spoken(on)}: {sterling(found.made.charge_pence)} a week."
    own = (
        f"They may pay their own top-up {found.own_top_up}."
        if found.own_top_up
        else "Only somebody else may pay a top-up, but under a deferred payment agreement, where it joins the debt."
    )
    return ["\n".join([who, offer, own, *_run_down(found, spending)]), *_given_up(found, extract, on)]


def _run_down(found: Beside, spending: int | None) -> list[str]:
    down = found.run_down
    if down is None or spending is None:
        return ["Give --spending for the day on which capital comes down to the limit."]
    if down.reached is None or not down.days:
        return [down.why]
    forecast = (
        f"Spending {sterling(spending)} a week besides the fee, capital comes down to the limit on "
        f"{spoken(down.reached)}, in {down.days} days: a forecast, and never a charge."
    )
    return [forecast]


def _given_up(found: Beside, extract: Path | None, on: dt.date) -> list[RenderableType | None]:
    if found.gave_up is None:
        return ["Nothing that was given up is counted."]
    ahead = [each for each in found.weeks if each.first + dt.timedelta(weeks=1) > on]
    rows = [
        (
            spoken(each.first),
            sterling(each.notional_pence),
            sterling(each.charge_with_pence),
            sterling(each.charge_without_pence),
            sterling(each.falls_by_pence),
        )
        for each in ahead[:SHOWN]
    ]
    heads = ("Week from", "Counted", "Charge with it", "Without it", "Falls by")
    told = (
        f"Written to {extract}: load it with “outturn assess load”, then assess again."
        if extract
        else "It counts at the sum that was loaded until these are: --extract writes them as rows to load."
    )
    title = f"\nWhat was given up ({found.gave_up}), by the week (SI 2014/2672 reg 23)"
    return [printing.table(heads, rows, right=heads[1:], title=title), told]


def _rows(found: Beside) -> list[dict[str, object]]:
    """Rows of the assets extract: the first has the reference of the asset itself, the others a number too."""
    return [
        {
            "asset_ref": found.gave_up if place == 0 else f"{found.gave_up}-week-{each.first:%Y%m%d}",
            "person_ref": found.ref,
            "kind": NOTIONAL_CAPITAL,
            "value": pounds(each.pence),
            "start_date": each.first.isoformat(),
            "end_date": "" if each.end is None else (each.end - ONE).isoformat(),
        }
        for place, each in enumerate(found.counted)
    ]
