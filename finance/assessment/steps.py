"""How a rule is marked: the label an officer reads, the law it rests on, and when it is the rule that applies.

Hamilton's decorators under the words used here, with types.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from hamilton import function_modifiers

Function = TypeVar("Function", bound=Callable[..., Any])

Unit = Literal["parts", "pence", "shares", "taken", "flag", "outcome", "table"]
Rests = Literal["", "assessed", "means test", "charged", "any outcome", "through", "kept"]
Checked = Literal["read", "secondary", "memory"]


def tag(
    *, label: str, citation: str, unit: Unit = "parts", rows: str = "", rests: Rests = "", checked: Checked = "read"
) -> Callable[[Function], Function]:
    """Mark a rule.

    ``unit``: parts of a penny (10,400), pence, shares of a penny of capital (600), taken (a million and forty
    thousand), or what is not money. ``rows``: income, asset or expense, when the rule gives one value for each.
    ``rests``: for whom a figure used here matters; by default those assessed for whom the step is not nought.
    "kept" is narrower: those whose amount to keep is worked out here.
    ``checked``: how well the law behind the rule was read.
    """
    marked: Callable[[Function], Function] = function_modifiers.tag(
        label=label, citation=citation, unit=unit, rows=rows, rests=rests, checked=checked
    )
    return marked


def when(**conditions: str | bool) -> Callable[[Function], Function]:
    """This rule applies when every condition holds."""
    chosen: Callable[[Function], Function] = function_modifiers.config.when(**conditions)
    return chosen


def when_in(**conditions: list[str]) -> Callable[[Function], Function]:
    """This rule applies when every condition is one of those listed."""
    chosen: Callable[[Function], Function] = function_modifiers.config.when_in(**conditions)
    return chosen


def when_not(**conditions: str | bool) -> Callable[[Function], Function]:
    """This rule applies when none of the conditions holds."""
    chosen: Callable[[Function], Function] = function_modifiers.config.when_not(**conditions)
    return chosen
