"""What the demonstration is doing, told as it is done; and afterwards how long each part took."""

from time import perf_counter

from ledgers.progress import Progress


class Phases:
    """One phase after another: beginning one ends the last. ``whole``: how many there are to be."""

    def __init__(self, progress: Progress, whole: int) -> None:
        self._progress, self._whole = progress, whole
        self._begun: list[tuple[str, float]] = []

    def begin(self, what: str) -> None:
        """Say that the next phase begins."""
        self._progress(what, len(self._begun), self._whole)
        self._begun.append((what, perf_counter()))

    def end(self) -> list[tuple[str, int]]:
        """Say that all is done. Returns each phase and its milliseconds, in order."""
        assert len(self._begun) == self._whole, f"{len(self._begun)} phases began, of {self._whole}"
        self._progress("done", self._whole, self._whole)
        ends = [moment for _, moment in self._begun[1:]] + [perf_counter()]
        return [(what, round(1_000 * (end - begun))) for (what, begun), end in zip(self._begun, ends, strict=True)]
