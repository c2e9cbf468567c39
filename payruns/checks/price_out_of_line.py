"""Prices the last run did not know of, set beside the contract’s card, what others are paid, and what stood before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finance.care_words import rate_words
from finance.days import Span
from ledgers.checks import LOOK, STOP, Check
from payruns.checks import price_out_of_line_store as store
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

OUT = Check(
    "price out of line",
    STOP,
    "a price told since the last run of at least `price_times` (3) what its contract’s card has, or the middle of ten "
    "or more prices for the same care, or at most such a part of it: what the difference comes to in the run; not of "
    "direct payments",
    size=25_000,
    since=29,
)
MOVED = Check(
    "price moved",
    LOOK,
    "a price told since the last run that is another than before by more than `price_percent` (25%)",
    size=25_000,
    since=29,
)
CHECKS = (OUT, MOVED)
FEWEST = 10
"""Prices there must be of one sort of care for their middle to say something."""
BANDS = ["day_category", "minutes_from", "age_from"]
SORT = ["service", "unit", *BANDS]


@dataclass(frozen=True, slots=True)
class PricesBeside:
    """Prices in force in the run’s days, agreed for lines and of cards, and what stood before each."""

    agreed: pd.DataFrame
    cards: pd.DataFrame
    agreed_before: pd.DataFrame
    cards_before: pd.DataFrame


def read(bulk: Bulk, run: Run) -> PricesBeside | None:
    """None where no price is new to the run."""
    if run.window_starts >= run.up_to or not store.any_told(bulk, run.known_before, run.known):
        return None
    days = Span(run.window_starts, run.up_to)
    return PricesBeside(
        frame(store.read_agreed(bulk, run.known, days)),
        frame(store.read_cards(bulk, run.known, days)),
        frame(store.read_agreed_before(bulk, run.known_before, run.known)),
        frame(store.read_cards_before(bulk, run.known_before, run.known)),
    )


def frame(rows: pa.Table) -> pd.DataFrame:
    """Columns of prices; what is told apart by nothing stands under -1, of an agreed price under *any*."""
    made: pd.DataFrame = rows.to_pandas()
    if "day_category" not in made:
        made["day_category"] = "any"
    for name in ("minutes_from", "age_from"):
        made[name] = made[name].fillna(-1).astype("int64") if name in made else -1
    return made


def find(seen: Seen, prices: PricesBeside | None) -> list[Finding]:
    if prices is None:
        return []
    run, policy = seen.run, seen.policy
    agreed, cards = (
        each[(each.learned > run.known_before) & (each.calendar == run.calendar)]
        for each in (prices.agreed, prices.cards)
    )
    odd = out_of_line(agreed, cards, prices, policy.price_times) + moved(agreed, cards, prices, policy.price_percent)
    paid = _paid_by(seen, [each for each in odd if each.line == 0])
    care = seen.lines[(seen.lines.kind == "care") & (seen.lines.amount > 0)]
    sums = care.groupby("subject")["due"].sum().to_dict()
    found = []
    for each in odd:
        lines = [each.line] if each.line else paid.get((each.contract, each.service, each.unit), [])
        pence = sum(sums.get(line, 0) for line in lines)
        apart = (2 * pence * abs(each.rate - each.other) + each.rate) // (2 * each.rate) if each.rate else 0
        if apart and apart >= seen.size(each.check):
            found.append(each.check.found(each.what, each.line or None, each.payee, apart))
    return found


def _paid_by(seen: Seen, odd: list[Odd]) -> dict[tuple[int, int, str], list[int]]:
    """The lines each of these cells of cards prices."""
    import pyarrow as pa

    cells = sorted({(each.contract, each.service, each.unit) for each in odd})
    if not cells:
        return {}
    columns = {name: [cell[place] for cell in cells] for place, name in enumerate(store.CELL)}
    paid: dict[tuple[int, int, str], list[int]] = {}
    for row in store.read_lines_priced(seen.bulk, seen.run.known, pa.table(columns)).to_pylist():
        paid.setdefault((row["contract"], row["service"], row["unit"]), []).append(row["nr"])
    return paid


@dataclass(frozen=True, slots=True)
class Odd:
    """A price, and the one it is out of line with. ``line``: 0: of a contract’s card."""

    check: Check
    what: str
    line: int
    contract: int
    payee: int
    service: int
    unit: str
    rate: int
    other: int


def out_of_line(agreed: pd.DataFrame, cards: pd.DataFrame, prices: PricesBeside, times: int) -> list[Odd]:
    """New prices so many times the card’s, or the middle of their sort, or at most such a part of it."""
    import pandas as pd

    every = pd.concat([prices.agreed[[*SORT, "rate"]], prices.cards[[*SORT, "rate"]]])
    sorts = every.groupby(SORT)["rate"]
    middle = pd.DataFrame({"other": sorts.quantile(0.5, interpolation="lower"), "count": sorts.count()})
    middle = middle[middle["count"] >= FEWEST].reset_index()
    plain = prices.cards[
        (prices.cards.day_category == "any") & (prices.cards.minutes_from < 0) & (prices.cards.age_from < 0)
    ]
    card = plain.groupby(list(store.CELL))["rate"].max().rename("other").reset_index()
    found: dict[tuple[int, int], Odd] = {}
    for new, beside, on, words in (
        (agreed, card, list(store.CELL), "the contract’s card has {}"),
        (agreed, middle, SORT, "the middle of {count:,} prices for the same care is {}"),
        (cards, middle, SORT, "the middle of {count:,} prices for the same care is {}"),
    ):
        both = new.merge(beside, on=on, how="inner")
        both["other"] = both["other"].astype("int64")
        apart = (both.rate >= times * both.other) | (both.rate * times <= both.other)
        for row in both[apart & (both.rate != both.other)].to_dict("records"):
            found.setdefault((row.get("line", 0), row["nr"]), _odd(OUT, row, words))
    return list(found.values())


def moved(agreed: pd.DataFrame, cards: pd.DataFrame, prices: PricesBeside, percent: int) -> list[Odd]:
    """New prices that are another than what stood before by more than so many per cent: the version before of the same
    price, or the last to end before it of the same line, or the same cell of a card.
    """
    found = []
    for new, before, key in (
        (agreed, prices.agreed_before, ["line"]),
        (cards, prices.cards_before, ["contract", *SORT]),
    ):
        then = before[before.moved == 1].sort_values("on").groupby("nr")["rate"].last().rename("other").reset_index()
        ended = before[before.moved == 0].sort_values("on").rename(columns={"rate": "other", "nr": "was"})
        by_version = new.merge(then, on="nr", how="inner")
        rest = new[~new.nr.isin(by_version.nr)].merge(ended[[*key, "other", "was", "on"]], on=key, how="inner")
        rest = rest[(rest.was != rest.nr) & (rest.on <= rest.starts)].groupby("nr").last().reset_index()
        for both in (by_version, rest):
            apart = (both.rate - both.other).abs() * 100 > both.other * percent
            found += [_odd(MOVED, row, "it was {}") for row in both[apart].to_dict("records")]
    return found


def _odd(check: Check, row: Any, words: str) -> Odd:
    rate, other, unit = int(row["rate"]), int(row["other"]), str(row["unit"])
    line = int(row.get("line", 0))
    whose = "The price agreed for it" if line else "A price of the contract’s card"
    said = words.format(rate_words(other, unit), count=row.get("count", 0))
    what = f"{whose} is {rate_words(rate, unit)}; {said}."
    contract, payee, service = (int(row[name]) for name in ("contract", "payee", "service"))
    return Odd(check, what, line, contract, payee, service, unit, rate, other)
