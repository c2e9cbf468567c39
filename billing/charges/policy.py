"""A council's choices about charging: absences, part weeks, the order of services, fees, and what is a
surprising bill.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from finance.care_costs.retainers import read_retainer
from finance.choices import KeptChoices, at_least_one, one_of, read_choices, some_of
from finance.money import Rounding
from finance.problems import BadParameters
from ledgers.checks import Checks
from ledgers.since import DEATH, KINDS_OF_NEWS

AS_PAID = "as paid"
WHOLE_WEEK, BY_DAY = "whole week", "by day"


@dataclass(frozen=True, slots=True)
class ChargingPolicy(KeptChoices):
    """The choices in force when a charge run is drafted.

    ``absences``: for each reason of a suspension, the share of the cost still charged as ``100:42,0`` (100% for 42
    days, then nothing), or “as paid”: whatever share the provider is still paid. A reason not named is “as paid”.
    ``part_week_at_home``, ``part_week_in_a_home``: whether a week in which care was had on some days alone carries the
    whole weekly maximum or a seventh for each of those days. ``order``: kinds of service in the order the charge is
    shared over them; others follow. ``days_after_death``: days charged after the day of death, at most those paid.
    ``arrangement_fee_weekly``: pence a week for those who pay in full for care at home.
    ``shock_amount``, ``shock_weeks``, ``shock_times``: a bill over this many pence, reaching back more weeks than this,
    or this many times the last one waits for a named person; ``shock_percent``: one that large which moved from the
    last by no more does not. ``told_cost_apart``: pence a week by which the cost told with the circumstances of
    somebody who pays in full may differ from that of their packages, unsaid. ``sizes``: of a check, the pence below
    which it says nothing (``billing.charges.checks``). ``zero_bills``: whether a bill for nothing is sent.
    ``months_close_after``, ``years_close_after``: days after its end for which a month, and a financial year, takes
    what belongs to it (``ledgers.closed_periods``); nought: ever. ``stop_news``: news since a run was worked out that
    it does not go on past (``ledgers.since``).
    """

    rounding: Rounding = Rounding.HALF_UP
    absences: dict[str, str] = field(default_factory=lambda: {"hospital": AS_PAID, "holiday": AS_PAID})
    part_week_at_home: str = WHOLE_WEEK
    part_week_in_a_home: str = BY_DAY
    order: tuple[str, ...] = (
        "residential",
        "nursing",
        "supported living",
        "extra care",
        "shared lives",
        "home care",
        "day care",
        "direct payment",
    )
    days_after_death: int = 0
    arrangement_fee_weekly: int = 0
    shock_amount: int = 200_000
    shock_weeks: int = 13
    shock_times: int = 3
    shock_percent: int = 10
    told_cost_apart: int = 500
    zero_bills: bool = False
    months_close_after: int = 0
    years_close_after: int = 0
    people_a_chunk: int = 100_000
    stop_checks: tuple[str, ...] = field(default_factory=lambda: _checks().stops)
    sizes: dict[str, int] = field(default_factory=lambda: _checks().sizes)
    stop_news: tuple[str, ...] = (DEATH,)

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "ChargingPolicy":
        """Read a ``[charging]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        part_week = one_of(WHOLE_WEEK, BY_DAY)
        return read_choices(
            cls,
            table,
            where,
            {
                "absences": _absences,
                "part_week_at_home": part_week,
                "part_week_in_a_home": part_week,
                "people_a_chunk": at_least_one,
                "sizes": _checks().read_sizes,
                "stop_news": some_of(*KINDS_OF_NEWS),
            },
        )

    @classmethod
    def before(cls) -> Mapping[str, object]:
        return {"shock_percent": 0}

    @classmethod
    def shipped_before(cls) -> Mapping[str, Sequence[set[str]]]:
        return {"stop_checks": _checks().stops_before}


def _checks() -> Checks:
    """Asked for when choices are made, for the checks go by the choices."""
    from billing.charges.checks.register import CHECKS_OF_CHARGES

    return CHECKS_OF_CHARGES


def _absences(value: object, where: str) -> dict[str, str]:
    """Steps nobody could read would stop a whole run."""
    if not isinstance(value, dict):
        raise BadParameters(f"{where} is “{value}”.", f'Give reasons and shares, like {{hospital = "{AS_PAID}"}}.')
    for reason, steps in value.items():
        try:
            if steps != AS_PAID:
                read_retainer(str(steps))
        except ValueError as error:
            raise BadParameters(
                f"{where} for {reason} are “{steps}”.", f"Write steps like 100:42,0, or “{AS_PAID}”."
            ) from error
    return value
