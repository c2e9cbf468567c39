"""An uprating or a what-if in words, as a chart and to machines. For screens, pages and workbooks."""

from typing import Any

from billing.assessments.uprating.effect import STATES, Summary
from billing.assessments.uprating.views_jobs import Effect
from finance.money import sterling
from interfaces.documents.assessments.chart import LESS, MORE, PLAIN, Bar, bar_chart

KINDS = {
    "change": "By how much the weekly charge changes",
    "charge before": "By the weekly charge before",
    "age": "By age",
    "setting": "By where the care is",
}


def kept_words(effect: Effect) -> str | None:
    """How many people have incomes an uprating does not touch, by kind, the commonest first."""
    if not effect.kept:
        return None
    count = effect.people_kept
    whose = "1 person has" if count == 1 else f"{count:,} people have"
    return (
        f"{whose} an income given as a plain amount, which stays as it is: nothing says it rises in April. "
        + "; ".join(f"{kind} {number:,}" for kind, number in effect.kinds_kept)
        + ". "
        "Ask for the new amounts, or give the rate each follows."
    )


def totals(summary: Summary) -> list[tuple[str, str]]:
    """The sums in words."""
    return [
        ("People", f"{summary.people:,}"),
        *((state.capitalize(), f"{count:,}") for state, count in summary.states.items() if count),
        ("Pay more", f"{summary.more:,}"),
        ("Pay less", f"{summary.less:,}"),
        ("Charged a week before", sterling(summary.before_pence)),
        ("Charged a week after", sterling(summary.after_pence)),
        ("Difference a week", signed(summary.difference_pence)),
        ("Difference a year (52 weeks)", signed(summary.yearly_pence)),
    ]


def signed(pence: int) -> str:
    return ("+" if pence > 0 else "") + sterling(pence)


def chart(effect: Effect, kind: str = "change") -> str:
    """People by band, as SVG."""
    bands = effect.bands(kind)
    colours = {"more": MORE, "less": LESS}
    bars = [
        Bar(each.name, each.people, f"{each.people:,}", colours.get(each.name.rsplit(" ", 1)[-1], PLAIN))
        for each in bands
    ]
    described = "; ".join(f"{each.name}: {each.people:,} people" for each in bands)
    return bar_chart(KINDS[kind], f"Number of people. {described}.", bars, f"chart-{kind.replace(' ', '-')}")


def as_json(effect: Effect, most: int | None = None) -> dict[str, Any]:
    """The whole effect for machines: every person, with a figure or a reason."""
    everyone, summary = effect.everyone, effect.summary
    people = [
        {
            "person": effect.ref(row),
            "name": effect.name(row),
            "state": STATES[int(everyone.state[row])],
            "was_pence": _charge(everyone.was[row]),
            "now_pence": _charge(everyone.now[row]),
            "difference_pence": int(everyone.difference[row]),
            "why": str(everyone.why[row]) or None,
        }
        for row in range(len(everyone))[:most]
    ]
    return {
        "title": effect.title,
        "lines": list(effect.lines),
        "people": summary.people,
        "states": summary.states,
        "reasons": summary.reasons,
        "more": summary.more,
        "less": summary.less,
        "before_pence": summary.before_pence,
        "after_pence": summary.after_pence,
        "difference_pence": summary.difference_pence,
        "yearly_pence": summary.yearly_pence,
        "bands": [
            {
                "kind": each.kind,
                "name": each.name,
                "people": each.people,
                "more": each.more,
                "less": each.less,
                "before_pence": each.before_pence,
                "after_pence": each.after_pence,
                "difference_pence": each.difference_pence,
            }
            for each in summary.bands
        ],
        "amounts_not_uprated": {
            "people": effect.people_kept,
            "incomes": [
                {
                    "person": effect.names.get(each.person, (str(each.person), ""))[0],
                    "kind": each.kind,
                    "amount_pence": each.amount,
                    "frequency": each.frequency,
                    "first_day": each.since,
                }
                for each in effect.kept
            ],
        },
        "left_out_dead": effect.died,
        "everyone": people,
    }


def _charge(pence: int) -> int | None:
    return None if pence < 0 else int(pence)


def charge_words(pence: int) -> str:
    return "none" if pence < 0 else sterling(int(pence))
