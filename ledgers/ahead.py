"""Work done ahead: two at once, while what is made already is being saved."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")


def ahead(make: Callable[[int], Made], numbers: Iterable[int]) -> Iterator[Made]:
    """What ``make`` makes of each number, in order: two at once, while what is made already is being saved."""
    with ThreadPoolExecutor(2) as two_at_once:
        waiting: deque[Future[Made]] = deque()
        for number in numbers:
            waiting.append(two_at_once.submit(make, number))
            if len(waiting) > 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
