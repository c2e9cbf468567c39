"""The answer: options side by side, each per week, for this financial year and for a full year, by who bears it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from finance.days import Span, financial_year, spoken
from finance.money import sterling, sterling_rate
from ledgers.explain.explanation import Section
from payruns.cost.market import Range, range_words


@dataclass(frozen=True)
class Bearing:
    """Pence: what the care costs in all, and who bears it. The four parts add back to ``gross``.

    The client's own contribution comes off the council's part: see :class:`ClientPart`.
    """

    gross: int = 0
    council: int = 0
    nhs: int = 0
    third_party: int = 0
    other: int = 0

    def __post_init__(self) -> None:
        assert self.gross == self.council + self.nhs + self.third_party + self.other, "the parts are not the whole"

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        return self.gross, self.council, self.nhs, self.third_party, self.other

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class ClientPays:
    """What comes off the council's part, pence. ``client``: None where they have not been assessed. ``top_up``: by
    agreement with the council, which bills it.
    """

    client: int | None
    top_up: int = 0

    def net(self, council: int) -> int | None:
        """What is left to the council."""
        return None if self.client is None else council - self.client - self.top_up

    def as_json(self, council: int) -> dict[str, int | None]:
        return {"client": self.client, "top_up": self.top_up, "net": self.net(council)}


@dataclass(frozen=True)
class ClientPart:
    """What the client pays of one option, as the calculation of charges has it. ``said``: what it rests on, or why
    there is none to show.
    """

    said: tuple[str, ...]
    week: ClientPays
    this_year: ClientPays
    full_year: ClientPays


WORDS = (
    ("gross", "in all"),
    ("council", "  the council"),
    ("nhs", "  the NHS"),
    ("third_party", "  a third party"),
    ("other", "  other funders"),
)


@dataclass(frozen=True)
class LineCost:
    """One line of an option. ``steps``: the sums of its standard week; ``average_week``: pence, where it does not fall
    every week; ``rate``: hundredths of a penny a unit, for the range of rates paid."""

    ref: str
    service: str
    payee: str
    plan: str
    week_starts: dt.date
    week: Bearing
    average_week: int | None
    this_year: Bearing
    full_year: Bearing
    steps: tuple[str, ...]
    rate: int | None
    paid: Range | None
    notes: tuple[str, ...]
    topped_up: int = 0  # pence of its standard week that a top-up pays
    held: bool = False  # a top-up is said to pay more than there is for others to pay

    def as_json(self) -> dict[str, object]:
        return {
            "ref": self.ref,
            "service": self.service,
            "payee": self.payee,
            "plan": self.plan,
            "week_starts": self.week_starts.isoformat(),
            "week": self.week.as_json(),
            "average_week": self.average_week,
            "this_year": self.this_year.as_json(),
            "full_year": self.full_year.as_json(),
            "steps": list(self.steps),
            "rate": self.rate,
            "rates_paid": self.paid.as_json() if self.paid else None,
            "place": self.paid.place(self.rate) if self.paid and self.rate is not None else None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class OptionCost:
    """One option's cost. ``year``: its days of this financial year; ``full``: the 365 days from its first."""

    name: str
    lines: tuple[LineCost, ...]
    week: Bearing
    average_week: int | None
    this_year: Bearing
    full_year: Bearing
    year: Span
    full: Span
    client: ClientPart | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "week": self.week.as_json(),
            "average_week": self.average_week,
            "client": self._client_json(),
            "this_year": {
                "financial_year": year_words(self.year.first),
                **_span(self.year),
                **self.this_year.as_json(),
            },
            "full_year": {**_span(self.full), **self.full_year.as_json()},
            "lines": [each.as_json() for each in self.lines],
        }

    def _client_json(self) -> dict[str, object] | None:
        if self.client is None:
            return None
        return {
            "said": list(self.client.said),
            "week": self.client.week.as_json(self.week.council),
            "this_year": self.client.this_year.as_json(self.this_year.council),
            "full_year": self.client.full_year.as_json(self.full_year.council),
        }


def year_words(day: dt.date) -> str:
    """The financial year a day is in: 2026-27."""
    begins = financial_year(day).first.year
    return f"{begins}-{(begins + 1) % 100:02}"


def _span(span: Span) -> dict[str, object]:
    return {"starts": span.first.isoformat(), "last_day": span.last.isoformat(), "days": span.days}


@dataclass(frozen=True)
class Costing:
    """What was asked, costed. ``notes`` say what the figures leave out; ``warnings`` what is likely a slip in
    the asking.
    """

    on: dt.date
    person: str | None
    options: tuple[OptionCost, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        for_whom = f", {self.person}" if self.person else ""
        return f"What it would cost{for_whom}, on what is known on {spoken(self.on)}"

    def as_json(self) -> dict[str, object]:
        """For machines: amounts in whole pence, rates in hundredths of a penny, dates in ISO form."""
        return {
            "on": self.on.isoformat(),
            "person": self.person,
            "warnings": list(self.warnings),
            "options": [each.as_json() for each in self.options],
            "notes": list(self.notes),
        }

    def with_clients(self, parts: Sequence[ClientPart]) -> "Costing":
        """The same with what the client pays of each option."""
        return replace(
            self, options=tuple(replace(each, client=part) for each, part in zip(self.options, parts, strict=True))
        )

    def sections(self) -> list[Section]:
        """What to check first, the options side by side, then each one's lines, for a screen."""
        return [
            *([Section("Check this first", self.warnings)] if self.warnings else []),
            self._side_by_side(),
            Section("What the client pays", self._what_clients_pay()),
            *(_lines(each) for each in self.options),
            Section("What this leaves out", self.notes),
        ]

    def _side_by_side(self) -> Section:
        options = self.options
        rows = [*_block("A standard week", options, lambda each: each.week)]
        rows += _of_client(options, lambda each: each.week, lambda part: part.week)
        if any(each.average_week is not None for each in options):
            rows.append(
                (
                    "  on average",
                    *(
                        _money(each.average_week if each.average_week is not None else each.week.gross)
                        for each in options
                    ),
                )
            )
        rows.append(
            _row("Financial year", options, lambda each: f"{year_words(each.year.first)}, {each.year.days} days")
        )
        rows.append(_row("  from", options, lambda each: spoken(each.year.first)))
        rows.append(_row("  to", options, lambda each: spoken(each.year.last)))
        rows += _block(None, options, lambda each: each.this_year)
        rows += _of_client(options, lambda each: each.this_year, lambda part: part.this_year)
        rows.append(_row("A full year", options, lambda each: f"{each.full.days} days"))
        rows.append(_row("  to", options, lambda each: spoken(each.full.last)))
        rows += _block(None, options, lambda each: each.full_year)
        rows += _of_client(options, lambda each: each.full_year, lambda part: part.full_year)
        return Section("Side by side", (), ("", *(each.name for each in options)), tuple(rows))

    def _what_clients_pay(self) -> tuple[str, ...]:
        told = [(each.name, each.client.said) for each in self.options if each.client]
        if len({said for _, said in told}) == 1:
            return told[0][1]
        return tuple(f"{name}: {sentence}" for name, said in told for sentence in said)


def _of_client(
    options: Sequence[OptionCost], of: Callable[[OptionCost], Bearing], paid: Callable[[ClientPart], ClientPays]
) -> list[tuple[str, ...]]:
    """What the client pays and what is left to the council; words in place of both where nobody has assessed them."""
    if not any(each.client for each in options):
        return []
    found = [(of(each).council, paid(each.client)) if each.client else (0, ClientPays(None)) for each in options]
    rows = [
        (
            "  less the client’s contribution",
            *("not assessed" if each.client is None else sterling(each.client) for _, each in found),
        )
    ]
    if any(each.top_up for _, each in found):
        rows.append(("  less top-ups by agreement", *(sterling(each.top_up) for _, each in found)))
    rows.append(
        (
            "  net to the council",
            *("not known" if each.net(council) is None else _money(each.net(council)) for council, each in found),
        )
    )
    return rows


def _money(pence: int | None) -> str:
    return "" if pence is None else sterling(pence)


def _row(title: str, options: Sequence[OptionCost], words: Callable[[OptionCost], str]) -> tuple[str, ...]:
    return (title, *(words(each) for each in options))


def _block(
    title: str | None, options: Sequence[OptionCost], of: Callable[[OptionCost], Bearing]
) -> list[tuple[str, ...]]:
    """What it costs and who bears it; those who bear nothing in any option are left out."""
    rows = [(title, *("" for _ in options))] if title else []
    for name, words in WORDS:
        values = [getattr(of(each), name) for each in options]
        if any(values) or name in ("gross", "council"):
            rows.append((f"  {words}", *(sterling(value) for value in values)))
    return rows


def _lines(option: OptionCost) -> Section:
    sentences: list[str] = []
    for line in option.lines:
        sentences.append(f"{line.ref}: {line.service}, {line.plan}, {line.payee}")
        sentences += [f"  {each}" for each in line.steps]
        if line.paid and line.rate is not None:
            sentences.append(
                f"  {sterling_rate(line.rate)} is {line.paid.place(line.rate)} ({range_words(line.paid)})."
            )
        elif line.rate is not None:
            sentences.append(
                "  Nobody is paid for this service by this unit yet, so there is no range to compare with."
            )
        sentences += [f"  {each}" for each in line.notes]
    return Section(option.name, tuple(sentences))
