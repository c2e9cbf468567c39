"""Retainers: the share of a price still paid while a line is suspended, stepping down as time goes on."""

WHOLE_SHARE = 10_000  # hundredths of a percent


def read_retainer(text: str) -> list[tuple[int, int | None]]:
    """``100:14,80:28,0`` as steps of (share paid, days it lasts): 100% for 14 days, 80% for 28, then nothing.

    Shares come back in hundredths of a percent; the last step has no length. Raises ValueError for anything else.
    """
    steps: list[tuple[int, int | None]] = []
    for part in text.split(","):
        share, _, days = part.strip().partition(":")
        whole, _, parts = share.partition(".")
        basis = int(whole) * 100 + int((parts + "00")[:2])
        if not 0 <= basis <= WHOLE_SHARE or (steps and steps[-1][1] is None) or (days and int(days) < 1):
            raise ValueError(f"“{text}” is not a retainer; write it as 100:14,80:28,0")
        steps.append((basis, int(days) if days else None))
    if steps[-1][1] is not None:
        steps.append((0, None))
    return steps
