"""What an officer is told beside one person's charge: what was supposed, and what somebody must look at or supply."""

import datetime as dt
from collections.abc import Iterator

from finance.assessment.bases import Basis
from finance.assessment.circumstances import NIL_BY_LAW, Circumstances, Ground, HomeDisregard, Income, Nursing, Setting
from finance.assessment.contradictions import perhaps_twice
from finance.assessment.kinds import MEETS, assets, expenses, incomes
from finance.assessment.properties import HOME, home_left_out, property_that_counts, rent_is_capital, stays_given
from finance.days import spoken

NO_STAYS = (
    "Nobody has said when the person moved in for good, so no twelve weeks are given in which the home is left out: "
    "supply "
    "the stay’s first day, and assess again."
)
RENT = "rent_received"
RENT_OF_WHICH = (
    "One property counts as capital and another is left out, and the rent is taken as of the one left out. "
    "Where it is of the other, "
    "record it as “rent_from_counted_property”."
)
NOTIONAL_CAPITAL = "notional_capital"
WEEK = 7  # days
TWENTY_EIGHT_DAYS = 28  # Attendance Allowance, and the care part of DLA and PIP, stop after them
FIFTY_TWO_WEEKS = 364  # days: the longest a stay is expected to be temporary


def asked(one: Circumstances, on: dt.date, basis: Basis, council_pays: int) -> Iterator[str]:
    """What somebody must look at, because what was given may not be the whole of it."""
    yield from perhaps_twice(one, on)
    yield from _of_land(one, on)
    yield from _of_benefits(one, on, basis)
    yield from _without_a_limit(one, on, basis)
    yield from _given_up(one, on)
    if basis.name == "permanent" and council_pays:
        for each, day in benefits_without_end(one, on):
            label = incomes().kinds[incomes().code(each.kind)].label
            yield (
                f"{label} is counted with no last day. Where the council helps to pay, it stops after 28 days "
                f"in a home or hospital: "
                f"give its last day, or look at it again on {spoken(day)}."
            )
    if one.nursing is not Nursing.NONE and not one.cost_includes_nursing and one.setting is not Setting.HOME:
        yield (
            f"NHS-funded nursing care ({one.nursing}) is recorded, and not that it is inside the weekly cost: "
            f"nothing is taken off. "
            "Say whether it is (“cost_includes_nursing”)."
        )
    for income in one.incomes:
        kind = incomes().kinds[incomes().code(income.kind)]
        if kind.status == "memory" and income.holds(on):
            yield f"How “{kind.label}” is treated is remembered, not read: check it."
    if home_left_out(one, on) == HomeDisregard.LONE_PARENT:
        yield (
            "Whether the home of a divorced or estranged partner who is a lone parent is left out was not read: "
            "check it."
        )


def _of_land(one: Circumstances, on: dt.date) -> Iterator[str]:
    """What was supposed of land that counts, or said against the law's presumption."""
    for asset in one.assets:
        kind = assets().kinds[assets().code(asset.kind)]
        at_home = one.setting is Setting.HOME
        if not kind.land or not asset.holds(on) or (asset.kind == HOME and (at_home or home_left_out(one, on))):
            continue
        if asset.sale_costs is False:
            yield (
                f"“{kind.label}” is said to cost nothing to sell: no tenth is taken off its value. The law takes it "
                "off wherever there would be expenses of sale (SI 2014/2672 reg 20)."
            )
        if asset.share_value_pence is not None and asset.owed_pence and asset.owners > 1:
            yield (
                f"What is owed on “{kind.label}” is taken as owed by its {asset.owners} owners in equal parts, and one "
                "part is taken off the share. Where the person owes another part, give what is owed as that part times "
                f"{asset.owners}."
            )


def _given_up(one: Circumstances, on: dt.date) -> Iterator[str]:
    """Notional capital that stands at one sum, where nobody has said what it came to in later weeks."""
    for asset in one.assets:
        stood = asset.first is None or (on - asset.first).days >= WEEK
        if asset.kind == NOTIONAL_CAPITAL and asset.end is None and asset.holds(on) and stood:
            since = f"since {spoken(asset.first)}" if asset.first is not None else "with no first day"
            yield (
                f"What {one.person} gave up is counted at one sum {since}: it falls each week by what it costs "
                "(SI 2014/2672 reg 23). See “outturn assess beside”."
            )


def _of_benefits(one: Circumstances, on: dt.date, basis: Basis) -> Iterator[str]:
    """Where a couple's award stands under one of them, and housing costs beside the benefit that meets them."""
    held = [(each, incomes().kinds[incomes().code(each.kind)]) for each in one.incomes if each.holds(on)]
    for income, kind in held:
        if income.rate is not None and "_couple" in income.rate:
            yield f"“{kind.label}” follows a couple’s rate: an equal half of it is counted as {one.person}’s."
        elif one.couple and kind.joint and income.amount_pence:
            yield (
                f"“{kind.label}” is counted as {one.person}’s own part of what the couple are awarded: an equal half, "
                "unless shown otherwise (guidance Annex C, remembered). Correct it if the whole award was given."
            )
    if basis.name not in ("home", "temporary"):
        return
    costs = [expenses().kinds[expenses().code(each.kind)] for each in one.expenses if each.holds(on)]
    for cost in MEETS:
        met = [kind.label for income, kind in held if kind.meets == cost and (income.amount_pence or income.rate)]
        if met and any(kind.meets == cost for kind in costs):
            yield (
                f"{cost.capitalize()} and {' and '.join(met)} are both told: the one is taken as the whole, and the "
                "other off it. Where what is left to pay was given, take the benefit out."
            )


def _without_a_limit(one: Circumstances, on: dt.date, basis: Basis) -> Iterator[str]:
    """What ends on a day that nobody has told us."""
    if one.setting is Setting.TEMPORARY and one.stay_first is None:
        yield (
            "Nobody has said when the temporary stay began: it is one for 52 weeks at most. Supply its first day "
            "(“stay_first_day”)."
        )
    if one.children and basis == Basis("England", "home"):
        yield (
            "Children’s ages are not known: the amount for each counts until the circumstances change. Give new "
            "circumstances from the day a child is grown up or leaves."
        )
    if one.setting is Setting.PERMANENT and any(
        each.ground is HomeDisregard.CHILD and each.end is None and each.holds(on) for each in one.homes_left_out
    ):
        yield (
            "The home is left out for a child under 18, and nobody has said until when. Supply the last day: the day "
            "before the eighteenth birthday."
        )
    sold = one.home_sold
    if sold is not None and sold <= on and any(each.kind == HOME and each.holds(on) for each in one.assets):
        yield (
            f"The home was sold on {spoken(sold)} and is still among what {one.person} owns: give its last day, and "
            "what it fetched as savings, or both are counted."
        )
    short = one.setting is Setting.SHORT_TERM and one.nursing is not Nursing.NONE and one.cost_includes_nursing
    if short and basis == Basis("Wales", "home"):
        yield (
            "NHS-funded nursing care is inside the cost of a short stay in Wales, and its rate there is not known: "
            "nothing is taken off. Give the weekly cost without it."
        )


def nothing_told(one: Circumstances) -> list[str]:
    """Why an assessment on means may not be billed, where nobody has said what the person receives."""
    if one.incomes:
        return []
    said = "no income was told, and no capital" if not one.assets else "no income was told"
    why = f"Of {one.person} {said}: it is not known that there is none."
    remedy = "Supply what is received, or say that it is nothing (“incomes”: [], or an income of kind no_income)."
    return [f"{why} {remedy}"]


def warnings(one: Circumstances, on: dt.date, ground: Ground | None) -> list[str]:
    found = []
    if one.provisional:
        found.append("Provisional: to be worked out again when the facts are complete.")
    if one.couple and one.partner_born is None and one.partner_pension_age_from is None:
        found.append(
            "The partner’s date of birth is not known. Nothing here turns on it yet: supply it before something does."
        )
    if one.setting is Setting.TEMPORARY and one.stay_first and (on - one.stay_first).days > FIFTY_TWO_WEEKS:
        found.append("The stay has passed 52 weeks: decide whether it has become permanent.")
    if one.setting is Setting.PERMANENT and any(asset.kind == "home" for asset in one.assets):
        why = home_left_out(one, on)
        found.append(f"The home is left out of capital: {why}." if why else "The home counts as capital.")
        if why is None and not stays_given(one):
            found.append(NO_STAYS)
    if any(each.kind == RENT and each.holds(on) for each in one.incomes):
        if rent_is_capital(one, on):
            found.append(
                "Rent of a property that counts as capital is itself capital when it falls due: it is not "
                "counted as income."
            )
        elif property_that_counts(one, on):
            found.append(RENT_OF_WHICH)
    if ground is Ground.LIGHT_TOUCH_LOW_CHARGE:
        found.append("Light touch for a small charge rests on guidance remembered, not read: check it.")
    light = (Ground.LIGHT_TOUCH_OVER_LIMIT, Ground.LIGHT_TOUCH_LOW_CHARGE, Ground.REFUSED_TO_DISCLOSE)
    if ground in light:
        found.append("Tell the person in writing that they may ask for a full assessment.")
    if (
        ground in NIL_BY_LAW
        and one.fee_pence is not None
        and one.cost_pence is not None
        and one.fee_pence > one.cost_pence
    ):
        found.append("A top-up may still be paid for a dearer home.")
    return found


def benefits_without_end(one: Circumstances, on: dt.date) -> list[tuple[Income, dt.date]]:
    """Disability benefits of a resident with no last day, each with the day it is to be looked at again: 28 days on."""
    first = min([stay.first for stay in one.stays if stay.first] or [one.stay_first or one.first or on])
    table = incomes()
    return [
        (each, max(first, each.first or first) + dt.timedelta(days=TWENTY_EIGHT_DAYS))
        for each in one.incomes
        if each.holds(on)
        and each.end is None
        and table.kinds[table.code(each.kind)].disability
        and table.kinds[table.code(each.kind)].treated("permanent") == "counted"
    ]
