"""A council's choices: one table of its file, read into a frozen record whose defaults are what ships."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self, TypeVar

from finance.money import Rounding
from finance.problems import BadParameters

Choices = TypeVar("Choices")
Reader = Callable[[object, str], object]
"""Given a value and where it stands, what the record is to hold. Raises BadParameters."""


@dataclass(frozen=True, slots=True)
class KeptChoices(ABC):
    """Choices that are kept, as text, with each run drafted under them. What was kept before a choice came to be has
    what ships for it: so a new choice ships as what was done before.
    """

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.of({**cls.before(), **json.loads(text)}, "the run's policy")

    @classmethod
    def before(cls) -> Mapping[str, object]:
        """What was done before a choice came to be, where another ships."""
        return {}

    @classmethod
    def shipped_before(cls) -> Mapping[str, Sequence[set[str]]]:
        """Lists that shipped otherwise once, in words as they were."""
        return {}

    def says(self, kept: str) -> bool:
        """Whether these choices are those kept as a text, but for what has come to be since it was kept."""
        now, shipped = (json.loads(each.as_json()) for each in (self, type(self)()))

        def same(name: str, was: Any) -> bool:
            if isinstance(was, list) and now[name] == shipped[name]:
                return set(was) in [set(now[name]), *self.shipped_before().get(name, ())]
            if isinstance(was, dict):
                return bool({**now[name], **was} == now[name])
            return bool(was == now[name])

        return all(same(name, was) for name, was in json.loads(kept).items())

    @classmethod
    @abstractmethod
    def of(cls, table: Mapping[str, object], where: str) -> Self:
        """Read its table of a council's file. Raises BadParameters for a name nobody knows or a value of the wrong
        sort.
        """


def read_choices(
    kind: type[Choices], table: Mapping[str, object], where: str, readers: Mapping[str, Reader] | None = None
) -> Choices:
    """Read a table. A choice is read by the sort of its default, or by its own reader where it has one.

    Raises BadParameters for a name nobody knows, or a value of the wrong sort. Whole numbers are nought or more.
    """
    shipped = kind()
    known = [each.name for each in fields(kind)]  # type: ignore[arg-type]  # every record of choices is a dataclass
    made: dict[str, object] = {}
    for name, value in table.items():
        if name not in known:
            raise BadParameters(f"{where}: no choice is called “{name}”.", f"Use one of {', '.join(known)}.")
        own = (readers or {}).get(name)
        made[name] = own(value, f"{where}: {name}") if own else _read(value, getattr(shipped, name), f"{where}: {name}")
    return kind(**made)


def at_least_one(value: object, where: str) -> int:
    """A whole number above nought."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadParameters(f"{where} is “{value}”.", "Give a whole number above nought.")
    return value


def one_of(*words: str) -> Reader:
    """One of some words."""

    def read(value: object, where: str) -> object:
        if value not in words:
            raise BadParameters(f"{where} is “{value}”.", f"Use one of {', '.join(words)}.")
        return value

    return read


def some_of(*words: str) -> Reader:
    """A list of some of these words."""

    def read(value: object, where: str) -> object:
        if not isinstance(value, list | tuple) or not all(each in words for each in value):
            raise BadParameters(f"{where} is “{value}”.", f"List some of {', '.join(words)}.")
        return tuple(value)

    return read


def _read(value: object, default: object, where: str) -> object:
    if isinstance(default, Rounding):
        return Rounding(str(one_of(*Rounding)(value, where)))
    if isinstance(default, tuple):
        right = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    elif isinstance(default, bool) or not isinstance(default, int):
        right = isinstance(value, type(default))
    else:
        right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not right:
        raise BadParameters(f"{where} is “{value}”.", f"Give a value like {default!r}.")
    return tuple(value) if isinstance(value, list | tuple) else value
