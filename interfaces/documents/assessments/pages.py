"""Pages made from templates: the effect of an uprating or a what-if, charts and all, in one file."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from billing.assessments.uprating.views_jobs import Effect
from finance.money import sterling
from interfaces.documents.assessments.effect import KINDS, charge_words, chart, kept_words, signed, totals
from interfaces.files.outbound.printing import shown

TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment() -> Environment:
    """The templates, with amounts and signs as filters. Everything put in is escaped."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update(sterling=sterling, signed=signed)
    return made


def effect_page(effect: Effect) -> str:
    """The whole effect as one HTML page: sums, charts each with its table, the biggest movers, the reasons."""
    everyone = effect.everyone
    return shown(
        environment()
        .get_template("effect.html.j2")
        .render(
            effect=effect,
            kept=kept_words(effect),
            totals=totals(effect.summary),
            kinds=[(kind, words, effect.bands(kind), Markup(chart(effect, kind))) for kind, words in KINDS.items()],
            movers=[
                (
                    effect.ref(row),
                    effect.name(row),
                    charge_words(int(everyone.was[row])),
                    charge_words(int(everyone.now[row])),
                    signed(int(everyone.difference[row])),
                )
                for row in effect.summary.movers
            ],
        )
    )
