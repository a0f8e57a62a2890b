"""Let a process that stays look for cycles less often: `settle`."""

from __future__ import annotations

import gc

_NEW, _YOUNG, _OLD = 20_000, 20, 20
"""How many new objects, and rounds, before Python looks for cycles. A leaflet makes some 50,000."""


def settle() -> None:
    """Leave alone all that was read so far, which stays anyway, and look at new things in bulk.

    With Python's own numbers a preview takes a tenth more processor time, and now and then three
    times as long, as everything is looked through.
    """
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _OLD)
