"""A costing file, TOML, JSON or CSV, as options; and every fault in it, with what to do.

All three hold the same thing, and every value is read from its text the same way. Days in files are last days.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finance.care_costs.facts import BANDS, UNITS
from finance.problems import NotAnAmount, Problem
from finance.toml_and_json import BadText, read_json, read_toml
from payruns.cost.options import CostRefused, LineAsked, LineChange, Option
from payruns.cost.values import (
    NOT_YET,
    PLAN,
    WrongValue,
    contribution_of,
    day,
    decimal,
    last_day,
    quantity_read,
    rate_of,
    shares,
    word,
)

_OF_LINE = (
    "service",
    "contract",
    "unit",
    "quantity",
    *PLAN,
    "rate",
    "start",
    "end",
    "shares",
    "top_up",
    "nursing",
    "nursing_route",
)
CSV_COLUMNS = ("option", "contribution", *_OF_LINE)
_WHERE = "(where)"  # a CSV row's own place
_TIMES = ("week", "4 weeks", "calendar month", "one-off")


def read_options(text: str, name: str) -> list[Option]:
    """The options of a costing file; its name ends in .toml, .json or .csv.

    Raises CostRefused with every fault in how it is written. Whether what it names exists is not looked at here.
    """
    problems: list[Problem] = []
    tables = _tables(text, name)
    _strange(tables, ("contribution", "option"), name, problems)
    stated = _Values(tables, name, problems).take("contribution", contribution_of)
    options = [
        _option(each, f"{name} option {place}", stated, problems)
        for place, each in enumerate(_list(tables, "option", name, problems), 1)
    ]
    if not options and not problems:
        problems.append(Problem(name, "it asks for nothing.", "Give at least one option with a line."))
    names = [each.name for each in options]
    problems += [
        Problem(name, f"two options are called “{each}”.", "Give each its own name.")
        for each in sorted({each for each in names if names.count(each) > 1})
    ]
    if problems:
        raise CostRefused(problems, NOT_YET)
    return options


def _tables(text: str, name: str) -> Mapping[str, Any]:
    kind = name.rpartition(".")[2].lower()
    try:
        if kind == "toml":
            return read_toml(text)
        if kind == "json":
            made = read_json(text)
            return made if isinstance(made, dict) else {"option": made}
        if kind == "csv":
            return _from_csv(text.removeprefix("\ufeff"), name)
    except BadText as error:
        raise CostRefused([Problem(f"{name} {error.where}".strip(), f"it {error.what}", error.what_to_do)]) from error
    except csv.Error as error:
        what = "it has quotation marks that do not pair up, or a value longer than any can be."
        raise CostRefused([Problem(name, what, "Correct it and ask again.")]) from error
    raise CostRefused([Problem(name, "its name does not say what it is.", "Name it .toml, .json or .csv.")])


def _from_csv(text: str, name: str) -> Mapping[str, Any]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    strange = sorted(set(reader.fieldnames or ()) - set(CSV_COLUMNS))
    if strange:
        known = ", ".join(CSV_COLUMNS)
        raise CostRefused(
            [Problem(f"{name} line 1", f"there is no column “{strange[0]}”.", f"The columns are {known}.")]
        )
    columns = list(reader.fieldnames or ())
    twice = next((each for each in columns if columns.count(each) > 1), None)
    if twice:
        raise CostRefused([Problem(f"{name} line 1", f"there are two columns “{twice}”.", "Take one of them out.")])
    options: dict[str, dict[str, Any]] = {}
    for row in reader:
        if None in row:
            what = f"it has more values than the {len(columns)} columns."
            raise CostRefused([Problem(f"{name} line {reader.line_num}", what, "Correct its commas.")])
        given = {key: value for key, value in row.items() if key and value and value.strip()}
        given[_WHERE] = f"{name} line {reader.line_num}"
        option = given.pop("option", "") or "The package"
        made = options.setdefault(option, {"name": option, "line": []})
        said = given.pop("contribution", None)
        if said is not None and made.setdefault("contribution", said) != said:
            what = f"option “{option}” is given two contributions, {made['contribution']} and {said}."
            raise CostRefused([Problem(given[_WHERE], what, "Give one, on any of its lines.")])
        made["line"].append(given)
    return {"option": list(options.values())}


def _list(table: Mapping[str, Any], key: str, where: str, problems: list[Problem]) -> Sequence[Mapping[str, Any]]:
    """The tables of a list; whatever else stands there is a fault, never passed over."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        problems.append(Problem(f"{where}, {key}", "it is not a list of tables.", f"Write each under [[{key}]]."))
        return []
    return found


def _strange(table: Mapping[str, Any], known: Iterable[str], where: str, problems: list[Problem]) -> None:
    problems += [
        Problem(where, f"“{key}” means nothing here.", f"Use {', '.join(known)}.") for key in table if key not in known
    ]


def _option(table: Mapping[str, Any], where: str, stated: int | str | None, problems: list[Problem]) -> Option:
    """``stated``: the contribution where the option does not give its own."""
    _strange(table, ("name", "contribution", "from_record", "line", "change"), where, problems)
    contribution = _Values(table, where, problems).take("contribution", contribution_of, stated)
    name = str(table.get("name") or where)
    lines = [
        _line(each, f"{where} line {place}", problems)
        for place, each in enumerate(_list(table, "line", where, problems), 1)
    ]
    changes = [
        _change(each, f"{where} change {place}", problems)
        for place, each in enumerate(_list(table, "change", where, problems), 1)
    ]
    from_record = bool(table.get("from_record")) or bool(changes)
    if not lines and not from_record:
        problems.append(Problem(where, "it has no lines.", "Give it a line, or from_record = true."))
    return Option(name, tuple(each for each in lines if each), from_record, tuple(changes), where, contribution)


@dataclass
class _Values:
    """One table's values, each read from its text; faults are gathered as they are met."""

    table: Mapping[str, Any]
    where: str
    problems: list[Problem]
    read: dict[str, Any] = field(default_factory=dict)

    def take(self, key: str, reader: Callable[[str], Any], otherwise: Any = None) -> Any:
        given = self.table.get(key)
        if given is None or given == "":
            return otherwise
        try:
            return reader(_text(given))
        except WrongValue as error:
            self.problems.append(Problem(f"{self.where}, {key}", f"“{_text(given)}” {error.what}", error.what_to_do))
        except NotAnAmount as refused:
            self.problems.append(Problem(f"{self.where}, {key}", refused.what, refused.what_to_do))
        return otherwise

    def need(self, key: str, reader: Callable[[str], Any], why: str) -> Any:
        if self.table.get(key) in (None, ""):
            self.problems.append(Problem(f"{self.where}, {key}", "it is missing.", why))
            return None
        return self.take(key, reader)


def _text(given: Any) -> str:
    if isinstance(given, list):
        return "; ".join(_text(each) for each in given)
    return str(given).strip()


def _line(table: Mapping[str, Any], where: str, problems: list[Problem]) -> LineAsked | None:
    where = table.get(_WHERE, where)
    table = {key: value for key, value in table.items() if key != _WHERE}
    _strange(table, _OF_LINE, where, problems)
    before = len(problems)
    values = _Values(table, where, problems)
    service = values.need("service", str, "Give the service’s reference.")
    unit = values.need("unit", word(UNITS), f"Use one of {', '.join(UNITS)}.")
    quantity = values.need("quantity", quantity_read(unit or ""), "Say how many units a week, or each planned day.")
    contract = values.take("contract", str)
    rate = values.take("rate", rate_of)
    if contract is None and table.get("rate") in (None, ""):
        problems.append(
            Problem(
                where,
                "it has neither a contract nor a rate.",
                "Give the contract whose rate card prices it, or the rate.",
            )
        )
    plan = {name: values.take(name, reader, getattr(LineAsked, name)) for name, reader in PLAN.items()}
    if plan["days"] and unit in _TIMES:
        problems.append(Problem(f"{where}, days", f"planned days mean nothing by the {unit}.", "Leave the days out."))
    starts, ends = values.take("start", day), values.take("end", last_day)
    if starts and ends and ends <= starts:
        problems.append(Problem(f"{where}, end", "it ends before it starts.", "Correct one of the two days."))
    rest = {
        "shares": values.take("shares", shares, ()),
        "top_up": values.take("top_up", rate_of, 0),
        "nursing": values.take("nursing", word(BANDS)),
        "nursing_route": values.take("nursing_route", word(["added", "deducted"]), "added"),
    }
    if len(problems) > before:
        return None
    return LineAsked(service, unit, quantity, contract, rate, starts=starts, ends=ends, where=where, **plan, **rest)


_CHANGEABLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "rate": ("rate", rate_of),
    **{name: (name, reader) for name, reader in PLAN.items()},
    "contract": ("contract", str),
    "end": ("ends", last_day),
}
"""Values of a line that may be changed, beside its quantity, whose reading waits for its unit."""


def _change(table: Mapping[str, Any], where: str, problems: list[Problem]) -> LineChange:
    _strange(table, ("line", "drop", "quantity", *_CHANGEABLE), where, problems)
    values = _Values(table, where, problems)
    line = values.need("line", str, "Give the reference of the line to change.")
    made = {
        column: values.take(key, reader) for key, (column, reader) in _CHANGEABLE.items() if table.get(key) is not None
    }
    if table.get("quantity") is not None:
        made["quantity"] = values.take("quantity", decimal)
    return LineChange(line or "", made, _text(table.get("drop", "")).lower() in ("true", "yes"), where)


# Values -------------------------------------------------------------------------------------------------------------
