"""Figures of the law a council gives itself, from a circular that came after this version of Outturn did.

    from = 2027-04-05
    source = "LAC(DHSC)(2027)1"
    page = "Annex A, page 4"

    [figures]
    personal_expenses_allowance = 32.10
    guarantee_single_25 = 108.40

One file gives the figures of one circular from one day. A figure is called what ``finance/assessment/*.toml`` calls
it, and is written as it is there: pounds and pence, or a whole number. It is added to those known; of two for one day,
the one confirmed later stands.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from finance.assessment.figures import statutory_figures
from finance.parameters import DatedValue, Parameter, Parameters, Value, parameters_in
from finance.problems import BadParameters, NoValueOnDay
from finance.toml_and_json import BadText, read_toml

NAMES = ("from", "until", "source", "page", "figures")


@dataclass(frozen=True, slots=True)
class GivenFigures:
    """Figures from one circular: those of a day, by name (pence, or a whole number). ``until``: the first day they no
    longer apply; None: until others do.
    """

    first: dt.date
    until: dt.date | None
    source: str
    values: Mapping[str, Value]

    def over(self, figures: Parameters, known: dt.date) -> Parameters:
        """Figures with these beside them, as they became known on a day. Raises BadParameters for a gap."""
        made = {
            name: figures[name].with_value(
                DatedValue(self.first, None, known, value, "confirmed", self.source, self.until)
            )
            for name, value in self.values.items()
        }
        return figures.merged(Parameters(made))


@dataclass(frozen=True, slots=True)
class FigureBeside:
    """A figure given, beside what stood the day before. ``before``: None: none did. ``now``: None: it is not given."""

    parameter: Parameter
    before: Value | None
    now: Value | None

    @property
    def change(self) -> int | None:
        """By how much it moves, in its unit."""
        if isinstance(self.before, int) and isinstance(self.now, int):
            return self.now - self.before
        return None


def read_figures(text: str, file: str, figures: Parameters | None = None) -> GivenFigures:
    """Read a file of figures; ``file``: the name faults are reported under. Raises BadParameters, naming the figure."""
    known = figures or statutory_figures()
    try:
        tree = read_toml(text)
    except BadText as error:
        raise BadParameters(f"{' '.join(filter(None, (file, error.where)))} {error.what}", error.what_to_do) from error
    for name in tree:
        if name not in NAMES:
            raise BadParameters(f"{file}: “{name}” means nothing here.", f"Give {', '.join(NAMES)}.")
    for name in ("source", "page"):
        if not isinstance(tree.get(name), str) or not tree[name].strip():
            raise BadParameters(f"{file}: “{name}” is missing.", f'Say where they were read: {name} = "…".')
    given = tree.get("figures")
    if not isinstance(given, dict) or not given:
        raise BadParameters(f"{file} gives no figure.", "Give them under [figures], by name.")
    source = f"{tree['source'].strip()}, {tree['page'].strip()}"
    row = {"from": tree.get("from"), "status": "confirmed", "source": source}
    if "until" in tree:
        row["until"] = tree["until"]
    made = parameters_in({name: _entry(known, name, value, row, file) for name, value in _flat(given)}, file)
    rows = {each.name: each.values[0] for each in made}
    first = next(iter(rows.values()))
    return GivenFigures(first.first, first.until, source, {name: each.value for name, each in rows.items()})


def beside(given: GivenFigures, figures: Parameters) -> list[FigureBeside]:
    """Each figure given beside what stood the day before; then those that moved a year before and are not given."""
    eve = given.first - dt.timedelta(days=1)
    found = [
        FigureBeside(figures[name], standing_on(figures[name], eve), value) for name, value in given.values.items()
    ]
    year_before = given.first - dt.timedelta(days=370), given.first - dt.timedelta(days=360)
    left_out = [
        each
        for each in figures
        if each.name not in given.values and any(year_before[0] <= row.first <= year_before[1] for row in each.values)
    ]
    return found + [FigureBeside(each, standing_on(each, eve), None) for each in left_out]


def with_all(figures: Parameters, given: Iterable[tuple[GivenFigures, dt.date]]) -> Parameters:
    """Figures with every one given, in the order they were confirmed, each as known from that day."""
    for each, known in given:
        figures = each.over(figures, known)
    return figures


def _entry(known: Parameters, name: str, value: object, row: Mapping[str, Any], file: str) -> dict[str, Any]:
    if name not in known:
        raise BadParameters(f"{file}: no figure is called “{name}”.", "List them: outturn figures names")
    base = known[name]
    return {
        "label": base.label,
        "unit": base.unit,
        "reference": base.reference,
        "values": [{**row, "value": value}],
        **({"choices": sorted({str(each.value) for each in base.values})} if base.unit == "choice" else {}),
    }


def _flat(given: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, object]]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def standing_on(parameter: Parameter, day: dt.date) -> Value | None:
    """What a figure is on a day; None: nothing, or not known."""
    try:
        return parameter.on(day).value
    except NoValueOnDay:
        return None
