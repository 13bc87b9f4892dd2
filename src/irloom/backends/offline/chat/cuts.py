"""Decides what may be taken out of a sentence so that what is left is whole; None where that is open."""

import re
from collections.abc import Callable

from irloom.backends.offline.chat.english import DETERMINERS
from irloom.backends.offline.chat.modifiers import cut_adverb, cut_modifiers
from irloom.backends.offline.chat.phrases import cut_led_phrase, cut_whole_phrase
from irloom.backends.offline.chat.runs import Cut, Run, first_word


def find_cut(run: Run) -> Cut | None:
    """Find what goes with a run, judged on the sentence as it was written.

    What a cut leaves often parses well although it says nothing ("Three rows of luggage and size."), so
    that only patterns which are safe in the original are cut; None where none fits.
    """
    if _is_name(run) or run.before.endswith("-") or run.after.startswith("-"):
        return None
    return next((cut for pattern in _PATTERNS if (cut := pattern(run)) is not None), None)


def _is_name(run: Run) -> bool:
    """Whether a capital makes the run part of a name: "a Golden Retriever", "Blue Jay feathers"."""
    begins = not run.before.strip() or run.before.rstrip()[-1] in '.!?"'
    if begins:
        return run.said[0].isupper() and first_word(run.after)[:1].isupper()
    return run.said[0].isupper()


def _cut_opening(run: Run) -> Cut | None:
    """A clause stands without its opening: "It seems that a man runs"."""
    if run.before or run.categories != {"uncertain"} or first_word(run.after).lower() not in DETERMINERS:
        return None
    return Cut(0, run.end + len(run.after) - len(run.after.lstrip()))


def _cut_ending(run: Run) -> Cut | None:
    """What trails off: "a cake or something"."""
    trails = run.categories == {"uncertain"} and run.said.lower().startswith("or something")
    if not trails or re.fullmatch(r"[\s.!]*", run.after) is None:
        return None
    return Cut(len(run.before.rstrip(" ,")), run.end)


_PATTERNS: tuple[Callable[[Run], Cut | None], ...] = (
    _cut_opening,
    _cut_ending,
    cut_whole_phrase,
    cut_led_phrase,
    cut_adverb,
    cut_modifiers,
)
