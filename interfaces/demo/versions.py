"""What was believed when: versions of rows with the day each became known, and what a cut-off day sees of them.

A table of versions has one row for each time something was entered or corrected: ``ref`` (the row's lasting number),
``known`` (the day number it was entered), ``cancelled`` (the row was withdrawn) and the row's own columns.
"""

import pandas as pd


def seen(versions: pd.DataFrame, until: int) -> pd.DataFrame:
    """The rows as a system that knew everything entered by ``until`` would give them, in order of ref."""
    return _latest(versions[versions["known"] <= until]).loc[lambda rows: ~rows["cancelled"]]


def news(versions: pd.DataFrame, since: int, until: int) -> pd.DataFrame:
    """The rows entered, corrected or withdrawn after ``since`` and by ``until``: what a next extract would carry.

    A row both entered and withdrawn in between was never anybody's business and is left out.
    """
    told = set(versions.loc[versions["known"] <= since, "ref"])
    latest = _latest(versions[(versions["known"] > since) & (versions["known"] <= until)])
    return latest[~latest["cancelled"] | latest["ref"].isin(told)]


def _latest(versions: pd.DataFrame) -> pd.DataFrame:
    in_order = versions.sort_values("known", kind="stable")
    return in_order.drop_duplicates("ref", keep="last").sort_values("ref", kind="stable")


def stack(*versions: pd.DataFrame) -> pd.DataFrame:
    """Versions end to end; where two of a row became known on one day, the later frame has the last word."""
    told = [each for each in versions if len(each)] or [versions[0]]
    full = [each.assign(cancelled=each.get("cancelled", False)) for each in told]
    return pd.concat(full, ignore_index=True)
