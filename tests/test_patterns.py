"""No regular expression of irloom takes more than linear time, whatever a model writes."""

import re
import time
from functools import partial

import pytest

from support.patterns import Used, list_attacks, list_used, measure_s

LENGTH = 1_600
SHORT = (18, 200)
FAST_S = 0.003
"""A linear one needs a hundredth of that. What passes takes less than half a second on 20,000 signs."""
GROWTH = 9.0
"""Of the time over four times the length: about 4 where it is linear, 16 where it is quadratic."""


def find_slow(used: Used) -> str | None:
    """The beginning of a text on which a pattern is not linear; None where there is none."""
    for text in list_attacks(used.pattern, LENGTH):
        # Short ones first: what is exponential or cubic would not come back from a long one.
        for length in SHORT:
            cut = text[:length] + text[-1]
            if measure_once(used, cut) > FAST_S and measure_s(partial(used.run, cut)) > FAST_S:
                return _tell(used, cut)
        if measure_once(used, text) < FAST_S:
            continue
        long, short = measure_s(partial(used.run, text)), text[: LENGTH // 4] + text[-1]
        if long >= FAST_S and long > GROWTH * measure_s(partial(used.run, short)):
            return _tell(used, text)
    return None


def _tell(used: Used, text: str) -> str:
    return f"{used.where} ({used.pattern.pattern[:90]!r}) on {len(text):,} signs of {text[:16]!r}"


def measure_once(used: Used, text: str) -> float:
    started = time.thread_time()
    used.run(text)
    return time.thread_time() - started


def test_every_pattern_is_linear() -> None:
    found = list_used()
    assert len(found) > 300
    assert [slow for used in found if (slow := find_slow(used))] == []


@pytest.mark.parametrize("pattern", [r"(?m)^\s*x", r"(a+)+b"])
def test_a_pattern_that_is_not_linear_is_found(pattern: str) -> None:
    assert find_slow(Used(re.compile(pattern), "here", {"search"})) is not None
