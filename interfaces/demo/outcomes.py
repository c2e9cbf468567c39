"""From events to rows: lines that end or are replaced, new lines, suspensions, and the prices agreed line by line."""

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo.calibration import SHARE_OF_CHANGES_UP
from interfaces.demo.cards import uplifted
from interfaces.demo.events import CHANGE, DEATH, END, MOVE, SHORT_STAY, Events
from interfaces.demo.providers import share_out
from interfaces.demo.timetable import NEVER, PRICES_FROM, THE_END
from interfaces.demo.versions import stack

END_REASONS = ("no longer needs care", "moved out of the county", "now fully NHS funded", "chose to arrange own care")
NOT_SUSPENDED = ("DPS", "DPM", "TEL", "EQP")
SHORT_STAY_NIGHTS = 28


def carry_out(
    people: pd.DataFrame,
    lines: pd.DataFrame,
    payees: pd.DataFrame,
    contracts: pd.DataFrame,
    events: Events,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The lines after everything has happened: ended, replaced, added to. New columns: package, reprice_day/known/by.

    ``package`` is the person's number, or a number past everyone's for care arranged by a later package.
    """
    lines = lines.assign(package=lines["person"], reprice_day=NEVER, reprice_known=NEVER, reprice_by=1000)
    died = events.what == DEATH
    people["died"] = np.where(died, events.day, NEVER)
    people["died_known"] = np.where(died, events.known, NEVER)
    _end_lines(lines, contracts, events, rng)
    changed = _change(lines, events, rng)
    placed = _place(people, payees, contracts, events, rng)
    return pd.concat([lines, changed, placed], ignore_index=True)


def _end_lines(lines: pd.DataFrame, contracts: pd.DataFrame, events: Events, rng: np.random.Generator) -> None:
    """Close the lines of people who died (six in ten: the rest are left open, and the death alone stops the money),
    whose care ended, who moved into a care home, or who did not come back from hospital."""
    person, contract = lines["person"].to_numpy(), lines["contract"].to_numpy()
    people = len(events.what)
    what, day, known = events.what[person], events.day[person], events.known[person]
    tidied = (rng.random(people) < 0.6)[person]
    after = contracts["days_after_death"].to_numpy()[contract]
    wait = rng.integers(0, 11, people)[person]
    reason = np.array(END_REASONS, dtype=object)[rng.integers(0, len(END_REASONS), people)][person]
    _close(lines, (what == DEATH) & tidied, day + after, known + wait, "died")
    _close(lines, what == END, day, known, reason)
    _close(lines, what == MOVE, day - 1, known, "moved to a care home")
    lost = events.spells[~events.spells["returns"]]
    gone = np.full(people, NEVER)
    gone[lost["person"]] = lost["end"]
    heard = np.full(people, NEVER)
    heard[lost["person"]] = lost["known_out"]
    _close(lines, (gone[person] < NEVER) & (what == 0), gone[person], heard[person], "did not return from hospital")


def _close(lines: pd.DataFrame, which: np.ndarray, last_day: Ints, known: Ints, reason: object) -> None:
    """Give open lines a last day. One that had not begun by then is left alone."""
    which = which & (lines["end"] == NEVER).to_numpy() & (lines["start"] <= last_day).to_numpy()
    reasons = np.broadcast_to(np.asarray(reason, dtype=object), len(lines))
    lines.loc[which, "end"] = last_day[which]
    lines.loc[which, "end_known"] = known[which]
    lines.loc[which, "end_reason"] = reasons[which]


def _change(lines: pd.DataFrame, events: Events, rng: np.random.Generator) -> pd.DataFrame:
    """A changed main line: a new price where one was agreed by the week, otherwise a new line in place of the old."""
    person = lines["person"].to_numpy()
    up = (rng.random(len(events.what)) < SHARE_OF_CHANGES_UP)[person]
    changing = (events.what[person] == CHANGE) & ~lines["second"] & ~lines["person"].duplicated()
    changing &= (lines["end"] == NEVER) & (lines["start"] < events.day[person])
    by_price = changing & (lines["unit"] == "week") & (lines["agreed"] > 0)
    lines.loc[by_price, "reprice_day"] = events.day[person][by_price]
    lines.loc[by_price, "reprice_known"] = events.known[person][by_price]
    factor = np.where(up, rng.integers(1030, 1180, len(lines)), rng.integers(900, 980, len(lines)))
    lines.loc[by_price, "reprice_by"] = factor[by_price]
    replaced = changing & lines["unit"].isin(["hour", "visit", "session"])
    return replace(lines, replaced.to_numpy(), events.day[person], events.known[person], up)


def replace(lines: pd.DataFrame, which: np.ndarray, day: Ints, known: Ints, up: np.ndarray) -> pd.DataFrame:
    """End the lines the day before, and return the new lines, with more or less of the same care, that follow them."""
    new = lines[which].copy()
    _close(lines, which, day - 1, known, "package changed")
    more = up[which]
    quantity = new["quantity"].to_numpy()
    hour, visit, session = (new["unit"] == unit for unit in ("hour", "visit", "session"))
    hours = np.maximum(quantity * np.where(more, 5, 3) // 4 // 15 * 15, 15)
    new.loc[hour, "quantity"] = hours[hour]
    new.loc[visit & more, "quantity"] = (quantity + 100)[visit & more]
    new.loc[visit & ~more, "minutes"] = np.where(new["minutes"] > 30, 30, 15)[visit & ~more]
    new.loc[session, "days"] = np.where(more, 63, 2)[session]
    new["start"], new["known"] = day[which], known[which]
    return new


def _place(
    people: pd.DataFrame, payees: pd.DataFrame, contracts: pd.DataFrame, events: Events, rng: np.random.Generator
) -> pd.DataFrame:
    """New lines in care homes: for good, at an agreed price, or for a short stay of four weeks, by the night."""
    person = np.flatnonzero(np.isin(events.what, [MOVE, SHORT_STAY]))
    short = events.what[person] == SHORT_STAY
    home = np.flatnonzero(payees["type"] == "older people's home")
    contract = share_out(len(person), home, payees["size"].to_numpy(), rng)
    fixed = contracts["fixed_week"].to_numpy()[contract]
    price = contracts["week"].to_numpy()[contract] * rng.integers(94, 109, len(person)) // 100 // 70_000 * 70_000
    start, known = events.day[person], events.known[person]
    stay = rng.integers(SHORT_STAY_NIGHTS - 14, SHORT_STAY_NIGHTS + 8, len(person))
    return pd.DataFrame(
        {
            "person": person,
            "contract": contract,
            "service": np.where(short, "RST", "RES"),
            "unit": np.where(short, "night", "week"),
            "weekly": price // 100,
            "quantity": 100,
            "days": np.where(short, 127, 0),
            "every": 1,
            "minutes": 0,
            "carers": 1,
            "agreed": np.where(short | fixed, 0, price),
            "second": short,
            "start": start,
            "end": np.where(short, start + stay - 1, NEVER),
            "end_known": np.where(short, known, NEVER),
            "end_reason": np.where(short, "short stay over", ""),
            "known": known,
            "package": len(people) + np.arange(len(person)),
            "reprice_day": NEVER,
            "reprice_known": NEVER,
            "reprice_by": 1000,
        }
    )


def line_versions(lines: pd.DataFrame) -> pd.DataFrame:
    """Versions of service lines: as entered, and with their last day once that was known."""
    rows = lines.assign(ref=np.arange(len(lines)))
    as_entered = rows.assign(end=NEVER, end_reason="")
    ended = rows[rows["end"] < NEVER]
    return stack(as_entered, ended.assign(known=np.maximum(ended["known"], ended["end_known"])))


def agreed_rate_versions(lines: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Versions of prices agreed line by line: 2025/26, the year's uplift, and changes, each from when it was known."""
    priced = lines[lines["agreed"] > 0].copy()
    priced["line"] = priced.index
    contract = priced["contract"].to_numpy()
    uplift_day = contracts["uplift_day"].to_numpy()[contract]
    uplift_known = np.maximum(contracts["uplift_known"].to_numpy()[contract], priced["known"])
    once = priced["unit"].to_numpy() == "one-off"
    old = (priced["start"].to_numpy() < uplift_day) & ~once
    next_price = np.where(once, priced["agreed"], uplifted(priced["agreed"].to_numpy(), contract, contracts))
    base = pd.DataFrame(
        {
            "line": priced["line"],
            "price": priced["agreed"],
            "end": NEVER,
            "known": priced["known"],
            "start": np.maximum(priced["start"], PRICES_FROM),
        }
    )
    now = base.assign(
        price=next_price,
        start=np.where(old, uplift_day, priced["start"]),
        known=np.where(old, uplift_known, priced["known"]),
    )
    before = base[old]
    closed = before.assign(end=uplift_day[old] - 1, known=uplift_known[old])
    day = np.maximum(priced["reprice_day"], uplift_day + 7)
    known = np.maximum(priced["reprice_known"], np.maximum(now["known"], day))
    again = (priced["reprice_day"] < NEVER) & (day > now["start"])
    shut = now[again].assign(end=(day - 1)[again], known=known[again])
    later = now[again].assign(start=day[again], known=known[again], price=_by(next_price, priced["reprice_by"])[again])
    count = len(priced)
    place = np.arange(count)
    return stack(
        before.assign(ref=place[old]),
        closed.assign(ref=place[old]),
        now.assign(ref=count + place),
        shut.assign(ref=count + place[again]),
        later.assign(ref=2 * count + place[again]),
    )


def _by(price: Ints, thousandths: pd.Series) -> Ints:
    return np.asarray(price * thousandths.to_numpy() // 1000 // 700 * 700, dtype=np.int64)


def suspension_versions(lines: pd.DataFrame, events: Events, rng: np.random.Generator) -> pd.DataFrame:
    """Versions of suspensions, one for each line standing still: open until the return was known, then closed."""
    short = lines[(lines["service"] == "RST")]
    respite = pd.DataFrame(
        {
            "person": short["person"],
            "start": short["start"],
            "end": short["end"],
            "reason": "respite",
            "known_in": short["known"],
            "known_out": short["known"],
            "returns": True,
        }
    )
    spells = pd.concat([events.spells, respite], ignore_index=True)
    spells = spells[spells["start"] < THE_END + 28]
    can = lines[~lines["service"].isin([*NOT_SUSPENDED, "RST", "RSP"])]
    still = spells.merge(
        can.assign(line=can.index)[["line", "person", "start", "end", "agreed", "service", "known"]],
        on="person",
        suffixes=("", "_line"),
    )
    still = still[(still["start_line"] < still["start"]) & (still["end_line"] >= still["start"])]
    still = still.sort_values(["line", "start", "end"], kind="stable", ignore_index=True)
    # a later spell counts only once the return from the one before was entered: rows of one line never overlap
    still["reach"] = np.where(still["returns"], np.maximum(still["end"], still["known_out"]), NEVER)
    reach = still.groupby("line")["reach"].cummax().shift(1, fill_value=-1)
    first = ~still["line"].duplicated()
    still = still[first | (still["start"] > reach)].reset_index(drop=True)
    own_terms = still["service"].isin(["RES", "NUR"]) & (rng.random(len(still)) < 0.12)
    rows = pd.DataFrame(
        {
            "ref": np.arange(len(still)),
            "line": still["line"],
            "start": still["start"],
            "end": NEVER,
            "reason": still["reason"],
            "paid": np.where(own_terms, "100:21,90:21,0", ""),
            "known": np.maximum(still["known_in"], still["known"]),
        }
    )
    returned = rows[still["returns"].to_numpy()]
    heard = still.loc[returned.index]
    return stack(rows, returned.assign(end=heard["end"], known=np.maximum(heard["known_out"], returned["known"])))
