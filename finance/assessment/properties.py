"""Whether the home of a permanent resident counts: the twelve weeks, and the disregards for those still living there.

The twelve weeks are a counter, not a date (SI 2014/2672 Sch 2 para 2). They run from the first day as a permanent
resident: a temporary stay before does not use them. (The schedule says "first moves into accommodation in a care
home"; that this is the first day as a permanent resident is the guidance's reading, Annex B.) Someone who leaves and
comes back within 52 weeks has only what was left of them; after 52 weeks they start afresh. Selling the home ends them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from finance.assessment.circumstances import TWELVE_WEEKS, Circumstances, MissingFact, Setting, Stay
from finance.assessment.kinds import assets
from finance.days import Span, spoken

RETURN_WITHIN = 364  # days: 52 weeks
TWELVE_WEEKS_FROM_MOVING_IN = "twelve weeks from moving in"
HOME, OTHER_PROPERTY = "home", "other_property"  # kinds of capital that are land


@dataclass(frozen=True, slots=True)
class TwelveWeeks:
    """The spans in which the home is left out, and how many of the 84 days are unused after the last stay given."""

    spans: tuple[Span, ...]
    days_left: int

    def holds(self, on: dt.date) -> bool:
        return any(span.holds(on) for span in self.spans)


def twelve_weeks(stays: Sequence[Stay], home_sold: dt.date | None = None) -> TwelveWeeks:
    """Run the counter over a person's permanent stays, in any order. A stay with no end is going on.

    Raises MissingFact when a stay has no first day, or began before the one before it ended.
    """
    spans: list[Span] = []
    left, ended = TWELVE_WEEKS, None
    for stay in sorted(stays, key=_first):
        first = _first(stay)
        if ended is not None and first < ended:
            raise MissingFact(f"The stay from {first} began before the one before it ended.", "Supply the right days.")
        if ended is not None and (first - ended).days > RETURN_WITHIN:
            left = TWELVE_WEEKS
        stops = [day for day in (stay.end, home_sold) if day is not None]
        end = min([first + dt.timedelta(days=left), *stops])
        if end > first:
            spans.append(Span(first, end))
            left -= (end - first).days
        ended = stay.end if stay.end is not None else dt.date.max
    return TwelveWeeks(tuple(spans), left)


def _first(stay: Stay) -> dt.date:
    if stay.first is None:
        raise MissingFact("A permanent stay has no first day.", "Supply the day the person moved in.")
    return stay.first


def stays_given(circumstances: Circumstances) -> bool:
    """Whether anybody has said when the person became a resident."""
    return bool(_stays(circumstances))


def home_left_out(circumstances: Circumstances, on: dt.date) -> str | None:
    """Why the home is left out of capital on a day, in words; None when it counts.

    At home it is left out because the person lives in it; for a temporary resident because they mean to return
    (Sch 2 para 1), or are selling it to buy another; for a permanent resident by a disregard or the twelve weeks.
    """
    if circumstances.setting is Setting.HOME:
        return "the person lives in it"
    if circumstances.setting is not Setting.PERMANENT:
        return "the person means to return to it" if circumstances.intends_to_return else None
    for each in circumstances.homes_left_out:
        if each.holds(on):
            return str(each.ground)
    if twelve_weeks(_stays(circumstances), circumstances.home_sold).holds(on):
        return TWELVE_WEEKS_FROM_MOVING_IN
    return None


def rent_is_capital(circumstances: Circumstances, on: dt.date) -> bool:
    """Whether rent is of a property that counts as capital, and so capital when it falls due (reg 19(3)).

    It is income where the home is left out because the person means to return or a relative lives there; the twelve
    weeks are not among the disregards that make it so. Where one property counts and another does not, it is taken
    as income.
    """
    return bool(property_that_counts(circumstances, on)) and not rented_home_left_out(circumstances, on)


def property_that_counts(circumstances: Circumstances, on: dt.date) -> bool:
    """Whether the person has land that counts as capital, or is left out for the twelve weeks alone."""
    held = {asset.kind for asset in circumstances.assets if asset.holds(on)}
    away = circumstances.setting is not Setting.HOME
    return OTHER_PROPERTY in held or (HOME in held and away and not rented_home_left_out(circumstances, on))


def rented_home_left_out(circumstances: Circumstances, on: dt.date) -> bool:
    """Whether a resident's home is left out by a disregard whose rent is income: Sch 2 paras 1 and 4."""
    held = any(asset.kind == HOME and asset.holds(on) for asset in circumstances.assets)
    away = circumstances.setting is not Setting.HOME
    return held and away and home_left_out(circumstances, on) not in (None, TWELVE_WEEKS_FROM_MOVING_IN)


def change_days(circumstances: Circumstances) -> list[dt.date]:
    """The days on which the home begins or stops counting."""
    if circumstances.setting is not Setting.PERMANENT:
        return []
    spans = twelve_weeks(_stays(circumstances), circumstances.home_sold).spans
    edges = [day for span in spans for day in (span.first, span.end)]
    return edges + [day for each in circumstances.homes_left_out for day in each.edges()]


def _stays(circumstances: Circumstances) -> tuple[Stay, ...]:
    if circumstances.stays or circumstances.stay_first is None:
        return circumstances.stays
    return (Stay(first=circumstances.stay_first),)


def as_one_life(versions: Sequence[Circumstances]) -> tuple[Circumstances, ...]:
    """Versions in order of day, those of a permanent resident told since when they have been one.

    Where an earlier version is of somebody at home or there for a time, the stay begins with the first permanent one.
    """
    found: list[Circumstances] = []
    since: dt.date | None = None
    for one in versions:
        if one.setting is not Setting.PERMANENT:
            since = None
        elif since is None:
            since = one.first
        if since is not None and not one.stays and one.stay_first is not None:
            told = any(each.setting is not Setting.PERMANENT for each in found)
            one = replace(one, stays=(Stay(first=max(since, one.stay_first)),) if told else (), permanent_from=since)
        found.append(one)
    return tuple(found)


def twelve_weeks_in_doubt(stay_first: dt.date, permanent_from: dt.date, sold: dt.date | None = None) -> list[Span]:
    """The days on which it matters whether a stay was permanent from its first day or only from a later one."""
    early, late = (twelve_weeks([Stay(first=day)], sold).spans for day in (stay_first, permanent_from))
    if permanent_from <= stay_first or not late:
        return []
    first = max([late[0].first, *(span.end for span in early)])
    return [Span(first, late[0].end)] if first < late[0].end else []


def permanent_from_is_known(circumstances: Circumstances, on: dt.date) -> None:
    """Refuse a home that would be left out if the first weeks of the stay were temporary, and counts if they were not.

    Raises MissingFact on the days on which it matters.
    """
    one = circumstances
    since = one.permanent_from or one.first
    if one.setting is not Setting.PERMANENT or one.stays or one.stay_first is None or since is None:
        return
    home = any(asset.kind == HOME and asset.holds(on) for asset in one.assets)
    if not home or any(each.holds(on) for each in one.homes_left_out):
        return
    if any(span.holds(on) for span in twelve_weeks_in_doubt(one.stay_first, since, one.home_sold)):
        raise MissingFact(
            f"{one.person}’s stay began on {spoken(one.stay_first)} and these circumstances on {spoken(since)}: nobody "
            "has said from which day it was permanent, and the home is left out for twelve weeks from that day.",
            "Supply the stay as a permanent resident with its first day (“stays”; in extracts, home_stays).",
        )


def joint_land_needs_a_value(circumstances: Circumstances) -> None:
    """Land is not split equally: refuse a joint home or property without the value of the person's own share.

    The remedy names the column as files and extracts know it.
    """
    for asset in circumstances.assets:
        land = assets().kinds[assets().code(asset.kind)].land
        if land and asset.owners > 1 and asset.share_value_pence is None:
            raise MissingFact(
                f"{circumstances.person}’s “{asset.kind}” has {asset.owners} owners and no value for the share that is "
                f"{circumstances.person}’s own.",
                (
                    "Supply what that share itself would fetch, in pounds (“share_value”). It may be far below an "
                    "equal "
                    "part."
                ),
            )
