"""The sorts of thing a column may hold: what decides whether a cell is read as a name, a figure, a day or words."""

from enum import StrEnum


class Sort(StrEnum):
    """``NAME``: a reference or another number that only tells things apart, and is read to the letter."""

    NAME = "name"
    FIGURE = "figure"
    PERCENT = "percent"
    DAY = "day"
    HOURS = "hours"
    WORDS = "words"
