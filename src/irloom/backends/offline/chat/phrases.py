"""Takes out phrases that go as a whole: "with white letters on it", "that says stop", "dressed in black"."""

import re

from irloom.backends.offline.chat.english import (
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    ING_NOUNS,
    LINKING,
    PLAIN_ADJECTIVES,
    SURFACES,
    VERBS,
)
from irloom.backends.offline.chat.runs import Cut, Run, last_word

_WHOLE = re.compile(
    r"(?i)^(?:with|in|on|during|under|beneath|of|that|which|who|saying|reading|spelling|bearing|displaying|showing"
    r"|made|reflecting|written)\b"
)
"""How finds begin that are phrases of their own."""
_SOME = r"(?:(?:an?|the|some|its|their|his|her|two|several) )?"
_LEADS_BARE = re.compile(
    r"(?i)(?<![\w-])(?:"
    r"(?:made|built|constructed|carved|crafted|formed)(?: up| entirely| out)*(?: of| from| with)(?: solid)?"
    r"|(?:all )?(?:dressed|clad)(?: all| mostly| entirely)? in(?: all| mostly)?"
    r"|(?:covered|tagged|painted|decorated|marked) (?:in|with|by)"
    r"|wearing(?: all| mostly)?"
    r"|in(?: all| mostly)?(?: the)?"
    r") $"
)
"""What leads to a colour or a material that stands without a noun."""
_LEADS_PARTS = re.compile(rf"(?i)(?<![\w-])(?:with|bearing|featuring|displaying) {_SOME}$")
_ON_IT = re.compile(
    r"(?i) (?:on|across|along|over|down) (?:it|them|top|(?:the|its|his|her|their|a|both|each|one) "
    r"(?:left |right |front |back )?"
    r"(?:sides?|front|back|top|tail|shirt|chest|wings?|walls?|doors?|roof|face|end"
    r"|tank|sleeves?|hood|trunk|belly|body|nose|bottom|cover|cap|hat|jersey|helmet))"
    r"(?: of (?:it|them))?(?![\w-])"
)
_PARTS = ("with ", "bearing ", "displaying ", "showing ")
_PLACE_OF_PARTS = re.compile(r"(?i) (?:on|across|along|over|down|around|above|below) (?!an? )")
_SURFACE = re.compile(rf"(?i) (?:{'|'.join(sorted(SURFACES))})(?![\w-])")
_NO_NOUNS = frozenset("one ones some other others another all two three half both each part parts".split())
"""What a phrase tells apart when it hangs on them: "one in pink and one in blue"."""


def cut_whole_phrase(run: Run) -> Cut | None:
    """A run that is a phrase of its own: "that says stop", "on a sunny day", "with its lights on"."""
    if _WHOLE.match(run.said) is None:
        return None
    if not run.before:
        comma = re.match(r",\s+(?=\w)", run.after)
        return Cut(0, run.end + comma.end()) if comma else None
    end, parts = _include_place(run.text, run.end), run.said.lower().startswith(_PARTS)
    if parts and _PLACE_OF_PARTS.match(run.text, end):
        return None
    return _cut_phrase(run, run.start, end, moving="lighting" in run.categories, alone=parts)


def cut_led_phrase(run: Run) -> Cut | None:
    """A run with the words that lead to it: "in black", "made of wood", "with white hair"."""
    if (lead := _LEADS_BARE.search(run.before)) is not None:
        return _cut_phrase(run, lead.start(), run.end, alone=lead[0].lower().startswith("wear"))
    lead, end = _LEADS_PARTS.search(run.before), _find_part(run)
    return None if lead is None or end is None else _cut_phrase(run, lead.start(), end, alone=True)


def _find_part(run: Run) -> int | None:
    """Where the object of "with" ends: a surface of which only the colour is told, or lettering.

    None where it is open whether what follows is the place of the object or of the whole ("on the tank").
    """
    surface = _SURFACE.match(run.text, run.end)
    if surface is None and "text" not in run.categories:
        return None
    end = _include_place(run.text, surface.end() if surface else run.end)
    return None if _PLACE_OF_PARTS.match(run.text, end) else end


def _include_place(text: str, end: int) -> int:
    """Take "on it", "on the side" with what is there."""
    place = _ON_IT.match(text, end)
    return place.end() if place else end


def _cut_phrase(run: Run, start: int, end: int, moving: bool = False, alone: bool = False) -> Cut | None:
    """Cut `start:end` where it hangs on a noun before it and nothing behind it hangs on it.

    `moving`: it may hang on a verb. `alone`: nothing that "and" adds may follow.
    """
    before, after = run.text[:start].rstrip(), run.text[end:]
    if not _can_stop(before.rstrip(" ,"), moving and re.search(r"\w", after) is not None):
        return None
    if before.endswith(","):
        closing = re.match(r"\s*(?:,|(?=[.;!?])|$)", after)
        return Cut(len(before) - 1, end + closing.end()) if closing else None
    return Cut(len(before), end) if _starts_anew(after, alone) else None


def _can_stop(before: str, moving: bool) -> bool:
    """Whether what stands before is complete: it ends with a noun, or with a verb that needs no more."""
    last = last_word(before)
    if last is None or last.word in FUNCTION_WORDS | _NO_NOUNS | LINKING | PLAIN_ADJECTIVES:
        return False
    if last.word.endswith("ed"):
        return False
    if moving:
        return len(before.split()) > 2 and last.word not in ("looking", "seen")
    return not _is_participle(last.word) and last.word not in VERBS


def _starts_anew(after: str, alone: bool) -> bool:
    """Whether what follows is no part of the phrase."""
    match = re.match(r"\s*+(,?)(?:(?<=\s)|\s)\s*+([\w'’-]+)(?:\s+([\w'’-]+)(?:\s+([\w'’-]+))?)?", after)
    if match is None or re.match(r"\s*[.;!?]", after):
        return re.match(r"\s*(?:[.;!?]|$)", after) is not None
    comma, word, *more = (part.lower() if part else "" for part in match.groups())
    if word in CONJUNCTIONS:
        return not alone and not comma and more[0] in DETERMINERS and more[1] not in ("in", "other", "others")
    if comma:
        return word in FUNCTION_WORDS - DETERMINERS or _is_participle(word)
    return word != "of" and (word in FUNCTION_WORDS - DETERMINERS or word in VERBS or _is_participle(word))


def _is_participle(word: str) -> bool:
    return word.endswith("ing") and word not in ING_NOUNS
