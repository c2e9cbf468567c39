"""How long work says how far it is: what is being done, how much of it is, and out of how much."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def quiet(_what: str, _done: int, _whole: int) -> None:
    """For whom nobody watches."""
