"""Tells a text that a model stuck in a loop wrote from one that is only long."""

_SEEN = 2000
"""Characters at the end that are looked at."""
_LONGEST_PERIOD = 300
_LEAST_TIMES, _LEAST_CHARACTERS = 4, 60


def find_loop(text: str) -> str | None:
    """What a text says again and again at its end; None where it does not."""
    tail = text.rstrip()[-_SEEN:]
    for period in range(1, min(_LONGEST_PERIOD, len(tail) // _LEAST_TIMES) + 1):
        length = _count_periodic(tail, period)
        if length >= max(_LEAST_TIMES * period, _LEAST_CHARACTERS):
            return tail[-period:].strip()
    return None


def _count_periodic(text: str, period: int) -> int:
    """How many characters at the end repeat what stands one period before them, that first one included."""
    same = 0
    while same + period < len(text) and text[-1 - same] == text[-1 - same - period]:
        same += 1
    return same + period if same else 0
