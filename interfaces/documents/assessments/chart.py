"""A bar chart of bands as SVG drawn here, with a title and a description for those who cannot see it.

It is always shown beside a table of the same figures: the table is the chart for a screen reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LABEL, FIGURE = 720, 30, 190, 110
LESS, MORE, PLAIN = "#00703c", "#d4351c", "#1d70b8"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length in proportion, the figure in words, and its colour."""

    label: str
    size: int
    shown: str
    colour: str = PLAIN


def bar_chart(title: str, description: str, bars: Sequence[Bar], name: str = "chart") -> str:
    """The chart as SVG text. ``name`` keeps its ids apart from another chart's on one page."""
    largest = max((abs(each.size) for each in bars), default=0) or 1
    height = ROW * len(bars) + 10
    room = WIDTH - LABEL - FIGURE - 10
    rows = []
    for place, each in enumerate(bars):
        y = place * ROW + 5
        long = max(1, round(abs(each.size) * room / largest)) if each.size else 0
        rows.append(
            f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(each.label)}</text>'
            f'<rect x="{LABEL}" y="{y}" width="{long}" height="{ROW - 8}" fill="{each.colour}"/>'
            f'<text x="{LABEL + long + 6}" y="{y + 16}">{escape(each.shown)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-family="Arial, sans-serif" font-size="14">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(rows)}</svg>"
    )
