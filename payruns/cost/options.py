"""What is asked to be costed: options, each of lines not yet bought, or of a person's package with changes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from finance.problems import Problem, Refusal


class CostRefused(Refusal):
    """What was asked cannot be costed as it stands. ``problems`` lists every fault found and its remedy; ``after`` says
    what has not been looked at yet.
    """

    def __init__(self, problems: list[Problem], after: str = "") -> None:
        several = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        shown = "\n".join(str(each) for each in problems[:10])
        more = f"\nand {len(problems) - 10} more" if len(problems) > 10 else ""
        super().__init__(
            f"It cannot be costed: {several}.\n{shown}{more}", f"Correct what is wrong and ask again.{after}"
        )
        self.problems = tuple(problems)


FULL_COST, NOT_ASSESSED = "full cost", "not assessed"


@dataclass(frozen=True)
class ShareAsked:
    """The part another funder bears. ``amount``: hundredths of a percent, or hundredths of a penny a week."""

    funder: str
    basis: str
    amount: int


@dataclass(frozen=True)
class LineAsked:
    """One service to be costed, in the units of the facts: see ``finance.facts.tables.service_line``.

    ``rate``: hundredths of a penny a unit; none takes the contract's rate card. ``starts``: none is the day of asking.
    ``top_up``: what a third party pays, hundredths of a penny a week. ``nursing``: standard or higher, where the NHS
    pays towards nursing, by ``nursing_route`` added or deducted.
    """

    service: str
    unit: str
    quantity: int
    contract: str | None = None
    rate: int | None = None
    days: int = 0
    every_weeks: int = 1
    visit_minutes: int | None = None
    carers: int = 1
    starts: dt.date | None = None
    ends: dt.date | None = None
    shares: tuple[ShareAsked, ...] = ()
    top_up: int = 0
    nursing: str | None = None
    nursing_route: str = "added"
    where: str = "the line"


@dataclass(frozen=True)
class LineChange:
    """A line of the person's own record as it would be: some of its values replaced, or the line ended altogether."""

    line: str
    values: Mapping[str, object] = field(default_factory=dict)
    drop: bool = False
    where: str = "the change"


@dataclass(frozen=True)
class Option:
    """One way of meeting the need. With ``from_record``, the person's package as it stands, changed and added to.

    ``contribution``: what the client is said to pay, pence a week at most, or FULL_COST, or NOT_ASSESSED; None leaves
    it to the person's record.
    """

    name: str
    lines: tuple[LineAsked, ...] = ()
    from_record: bool = False
    changes: tuple[LineChange, ...] = ()
    where: str = "the option"
    contribution: int | str | None = None
