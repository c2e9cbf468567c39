"""Several whole numbers packed into one that sorts as they do, and taken apart again. Nowhere else are numbers packed.

A number too big for its place would be taken for another's, and money with it, so every place is asserted.
"""

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints

DAY_BITS = 21  # a day number fits in 21 bits (to the year 7711), an owner in the 42 above them
DAYS = 1 << DAY_BITS
_NUMBERS = 1 << 62


def keyed(owner: Ints, day: Ints) -> Ints:
    """One sortable number for (owner, day). Before 1970, and owners below nought, come before all others."""
    assert day.max(initial=0) < DAYS and owner.max(initial=0) < _NUMBERS // DAYS, "a day or number too big for a key"
    return np.asarray((owner << DAY_BITS) | day, dtype=np.int64)


def unkeyed(key: Ints) -> tuple[Ints, Ints]:
    """The owners and days that :func:`keyed` made one."""
    return key >> DAY_BITS, key & (DAYS - 1)


def packed(first: Ints, *rest: tuple[Ints, int]) -> Ints:
    """One number that sorts by ``first`` and then by the rest, each with how many there may be: a power of two."""
    key, room = first, _NUMBERS
    for numbers, places in rest:
        assert numbers.min(initial=0) >= 0 and numbers.max(initial=0) < places, "a number too big for a key"
        key, room = key * places + numbers, room // places
    assert first.max(initial=0) < room, "a number too big for a key"
    return np.asarray(key, dtype=np.int64)


def places(keys: Ints, asked: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each key asked for stands among ``keys``, which are in order and not none; and whether it is there."""
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return place, keys[place] == asked
