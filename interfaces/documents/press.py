"""The press: papers laid out by several processes at once, each with its own warm compiler, in the order they came.

Only a few papers for each process are on their way at any time, so a run of any size takes the same memory.
"""

import multiprocessing as mp
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType

from billing.documents.issuing import LaidOut, Order, sealed
from billing.documents.paper_json import packed
from interfaces.documents.rendering import as_html, as_pdf, plain
from interfaces.documents.statement import tell

AT_ONCE = 8  # papers handed to a process together
AHEAD = 3  # such handfuls waiting for each process
FORMATS = {"pdf": as_pdf, "html": as_html}


def lay_out(order: Order) -> LaidOut:
    """One paper, laid out here and now."""
    told = tell(order.paper)
    return sealed(order, plain(told.to[0]), FORMATS[order.format](told), packed(order.paper))


def _some(orders: list[Order]) -> list[LaidOut]:
    return [lay_out(each) for each in orders]


@dataclass
class Press:
    """Lays papers out in ``workers`` processes; with one, in this process. Use it in a ``with`` block."""

    workers: int = 2
    _pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Press":
        if self.workers > 1:
            self._pool = ProcessPoolExecutor(self.workers, mp_context=mp.get_context("spawn"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def lay_out(self, orders: Iterable[Order]) -> Iterator[LaidOut]:
        if self._pool is None:
            yield from map(lay_out, orders)
            return
        waiting: deque[Future[list[LaidOut]]] = deque()
        coming = iter(orders)
        while some := list(islice(coming, AT_ONCE)):
            waiting.append(self._pool.submit(_some, some))
            if len(waiting) >= self.workers * AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
