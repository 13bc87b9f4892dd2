"""Decides what may be taken out of a sentence so that what is left stays whole; None where that is open."""

import re
from collections.abc import Callable
from typing import NamedTuple

from irloom.backends.offline.chat.english import (
    ARTICLES,
    BARE_SURFACES,
    CONJUNCTIONS,
    DEGREES,
    DETERMINERS,
    FUNCTION_WORDS,
    GARMENTS,
    ING_NOUNS,
    LINKING,
    LY_NOUNS,
    PLAIN_ADJECTIVES,
    PREPOSITIONS,
    SURFACES,
    THINGS,
    VERBS,
    article_for,
    capitalise,
)
from irloom.backends.offline.chat.runs import Run
from irloom.records import Category
from irloom.scene.nouns import mentioned


class Cut(NamedTuple):
    """Put `put` in the place of `text[start:end]`."""

    start: int
    end: int
    put: str = ""


_WORD = re.compile(r"\s+([^\W_][\w'’-]*)")
_LAST_WORD = re.compile(r"([\w'’&-]+)(\s*,)?\s*$")

# A modifier: a run of adjectives right before its noun.
_ADJECTIVAL: frozenset[Category] = frozenset(("colour", "material", "transparency", "lighting", "text"))
_NOUNS_ONLY = re.compile(
    r"(?i)\b(?:colou?rs?|hues?|shades?|shadows?|glows?|glare|silhouettes?|darkness|brightness|\w*light|sunshine"
    r"|logos?|texts?|lettering|graffiti|slogans?|inscription|handwriting|shining|gleams|illuminat(?:es?|ing)"
    r"|lighting|plastics|metals|redhead|brunette|blonde?s?|reds|blues|yellows|browns|pastels?|says?|on)$"
)
_PERSONS = frozenset("hair haired woman man girl boy lady child person toddler baby guy female kid dog".split())
_ONLY_ADJECTIVES = re.compile(r"(?i)(?:wooden|metallic|colou?rful|dark|bright|sunny|shiny|tiled|ish)$")
_BEFORE_BARE_COLOURS = frozenset("in into wearing wears wear to from all".split())
_PARTICIPLE = re.compile(r"(?i)(?:ed|written|lit|lit up)$")
_WANTS_ITS_COLOUR = frozenset(
    "one ones covered filled topped trimmed rimmed edged tipped coated toned tinted accented framed lined based made "
    "paved walled colored lettered light lights lab labs board eyed haired faced skinned meat area areas".split()
)
"""What follows a colour and says something else, or nothing, without it."""
_SAYS_NOTHING = frozenset("day days afternoon morning evening weather spot spots place side sides light lights".split())
"""What "sunny" and "dark" stand before, and where nothing is told without them."""
_UNIQUE = frozenset(("sky",))

# A phrase that goes as a whole.
_WHOLE = re.compile(
    r"(?i)^(?:with|in|on|during|under|beneath|of|that|which|who|saying|reading|spelling|bearing|displaying|showing"
    r"|made|reflecting|written)\b"
)
_SOME = r"(?:(?:an?|the|some|its|their|his|her|two|several) )?"
_LEADS: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(rf"(?i)(?<![\w-]){lead}$"), bare)
    for lead, bare in (
        (r"(?:made|built|constructed|carved|crafted|formed)(?: up| entirely| out)*(?: of| from| with)(?: solid)? ", True),
        (r"(?:all )?(?:dressed|clad)(?: all| mostly| entirely)? in(?: all| mostly)? ", True),
        (r"(?:covered|tagged|painted|decorated|marked) (?:in|with|by) ", True),
        (r"wearing(?: all| mostly)? ", True),
        (r"in(?: all| mostly)?(?: the)? ", True),
        (rf"(?:with|bearing|featuring|displaying) {_SOME}", False),
    )
)
_ON_IT = re.compile(
    r"(?i) (?:on|across|along|over|down) (?:it|them|top|(?:the|its|his|her|their|a|both|each|one) "
    r"(?:left |right |front |back )?(?:sides?|front|back|top|tail|shirt|chest|wings?|wall|walls|door|roof|face|end))"
    r"(?: of (?:it|them))?(?![\w-])"
)
_SURFACE = re.compile(rf"(?i) (?:{'|'.join(sorted(SURFACES))})(?![\w-])")
_NO_SUBJECT = frozenset("one ones some other others another all two three half both each dressed clad part parts".split())

def find_cut(run: Run) -> Cut | None:
    """Find what may be taken out with a run, from the sentence as it was written."""
    if _is_name(run):
        return None
    return next((cut for pattern in _PATTERNS if (cut := pattern(run)) is not None), None)


def _is_name(run: Run) -> bool:
    """Whether a capital makes the run part of a name: "a Golden Retriever", "Red Sox"."""
    follows = _WORD.match(run.after)
    starts = not run.before.strip() or run.before.rstrip().endswith((".", '"', "!", "?"))
    if starts:
        return follows is not None and follows[1][0].isupper() and run.said[0].isupper()
    return run.said[0].isupper()


def _cut_opening(run: Run) -> Cut | None:
    """ "It seems that a man runs": the clause stands without its opening."""
    follows = _WORD.match(run.after)
    if run.before or run.categories != {"uncertain"} or follows is None or follows[1] not in DETERMINERS:
        return None
    return Cut(0, run.end + 1)


def _cut_whole_phrase(run: Run) -> Cut | None:
    """A run that is a phrase of its own: "that says stop", "on a sunny day", "with its lights on"."""
    if _WHOLE.match(run.said) is None:
        return None
    if not run.before:
        comma = re.match(r",\s+(?=\w)", run.after)
        return Cut(0, run.end + comma.end()) if comma else None
    end = run.end
    if (more := _ON_IT.match(run.text, end)) is not None:
        end = more.end()
    return _cut_phrase(run, run.start, end, moving="lighting" in run.categories)


def _cut_led_phrase(run: Run) -> Cut | None:
    """A run with the words that lead to it: "in black", "made of wood", "with white hair"."""
    for lead, bare in _LEADS:
        match = lead.search(run.before)
        end = run.end if bare else _find_object(run)
        if match is None or end is None:
            continue
        return _cut_phrase(run, match.start(), end, alone=match[0].lower().startswith(("wear", "with", "bear")))
    return None


def _find_object(run: Run) -> int | None:
    """Where the object of "with" ends: a surface of which only the colour is told, or letters."""
    if "text" in run.categories:
        more = _ON_IT.match(run.text, run.end)
        return more.end() if more else run.end
    surface = _SURFACE.match(run.text, run.end)
    return surface.end() if surface else None


def _cut_phrase(run: Run, start: int, end: int, moving: bool = False, alone: bool = False) -> Cut | None:
    """Cut `start:end` where it hangs on a noun before it and nothing behind it hangs on it."""
    before, after = run.text[:start].rstrip(), run.text[end:]
    comma = before.endswith(",")
    before = before.removesuffix(",").rstrip()
    if not _can_carry(before, moving and bool(after.strip(" ."))) or not _ends(after, alone):
        return None
    if comma and not re.match(r"\s*(?:,|[.;!?]|$)", after):
        return None
    tail = re.match(r"\s*,", after) if comma else None
    return Cut(len(before), end + (tail.end() if tail else 0))


def _can_carry(before: str, moving: bool) -> bool:
    """Whether a sentence may stop here: behind a noun, or behind a verb of which only the place is told."""
    found = _LAST_WORD.search(before)
    if found is None or not found[1][-1].isalnum():
        return False
    word = found[1].lower()
    if word in FUNCTION_WORDS | _NO_SUBJECT | LINKING or word in PLAIN_ADJECTIVES:
        return False
    if moving:
        return len(before.split()) > 2 and not word.endswith("ed") and word not in ("looking", "seen")
    return not word.endswith("ed") and (not word.endswith("ing") or word in ING_NOUNS) and word not in VERBS


def _ends(after: str, alone: bool) -> bool:
    """Whether what follows begins something new."""
    if re.match(r"\s*(?:[.;!?]|$)", after):
        return True
    if comma := re.match(r"\s*,\s+([\w'’-]+)", after):
        return comma[1].lower() in FUNCTION_WORDS - CONJUNCTIONS or _is_participle(comma[1])
    match = re.match(r"\s+([\w'’-]+)(?:\s+([\w'’-]+)\s+([\w'’-]+))?", after)
    if match is None:
        return False
    word, behind = match[1].lower(), (match[2] or "").lower()
    if word in CONJUNCTIONS:
        return not alone and behind in DETERMINERS and (match[3] or "").lower() not in ("in", "other", "others")
    return word != "of" and (word in FUNCTION_WORDS - DETERMINERS or word in VERBS or _is_participle(word))


def _is_participle(word: str) -> bool:
    return word.endswith("ing") and word not in ING_NOUNS


def _cut_adverb(run: Run) -> Cut | None:
    """ "A brightly painted bus": an adverb goes before its participle."""
    follows = _WORD.match(run.after)
    if follows is None or not run.said.endswith("ly") or not re.search(r"(?:ed|en)$", follows[1]):
        return None
    return _without(run, run.end, follows[1])


def _cut_modifiers(run: Run) -> Cut | None:
    """Adjectives before their noun, or before another adjective: "a red bus", "a red and big bus"."""
    if not run.categories <= _ADJECTIVAL or _NOUNS_ONLY.search(run.said) and not _names_person(run):
        return None
    joined = re.match(r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)([\w-]+)(?=\s+[\w-]+)", run.after)
    if joined and joined[1].lower() in PLAIN_ADJECTIVES:
        last = _LAST_WORD.search(run.before)
        free = not run.before or (last is not None and not last[2] and last[1].lower() in DETERMINERS)
        follows = _WORD.match(run.text, run.end + joined.end())
        fits = free and follows is not None and _is_noun(run, follows[1])
        return _without(run, run.end + joined.start(1), joined[1], spaced=True) if fits else None
    follows = _WORD.match(run.after)
    if follows is None or not _is_noun(run, follows[1]):
        return None
    return _cut_before_noun(run, follows[1])


def _names_person(run: Run) -> bool:
    """ "A blonde woman" beside "a blonde waits"."""
    follows = _WORD.match(run.after)
    return (
        re.search(r"(?i)blonde?$", run.said) is not None and follows is not None and follows[1].lower() in _PERSONS
    )


def _is_noun(run: Run, word: str) -> bool:
    """Whether a word can be what the run describes, as far as words without their sentence tell."""
    low = word.lower()
    if low in FUNCTION_WORDS or low in VERBS or low in _WANTS_ITS_COLOUR:
        return False
    if low in BARE_SURFACES and not _follows_adjective(run):
        return False
    if low in _SAYS_NOTHING and "lighting" in run.categories:
        return False
    return (low in LY_NOUNS or not low.endswith("ly")) and (not low.endswith("ing") or low in ING_NOUNS)


def _follows_adjective(run: Run) -> bool:
    """ "With long blond hair" leaves "with long hair"."""
    found = _LAST_WORD.search(run.before)
    return found is not None and found[2] is None and found[1].lower() in PLAIN_ADJECTIVES


def _cut_before_noun(run: Run, noun: str) -> Cut | None:
    """Decide by the word before the run."""
    if not run.before or run.before.rstrip()[-1] in ".;:!?":
        return _without(run, run.end, noun)
    found = _LAST_WORD.search(run.before)
    if found is None:
        return None
    word, comma = found[1].lower(), found[2] is not None
    if comma or word in CONJUNCTIONS:
        return _cut_listed(run, noun, found if comma else _LAST_WORD.search(run.before[: found.start()]))
    if word in DETERMINERS:
        return _without(run, run.end, noun)
    if word in LINKING | DEGREES:
        return _without(run, run.end, noun) if re.search(rf"(?i)\bthere {word}\s*$", run.before) else None
    if word not in PLAIN_ADJECTIVES and not _is_sure(run, word, noun):
        return None
    return _without(run, run.end, noun)


def _is_sure(run: Run, word: str, noun: str) -> bool:
    """Whether the run is an adjective although no article says so: "in red" and "on concrete" are none."""
    if noun.lower() in GARMENTS | THINGS or mentioned(noun):
        return True
    if noun.lower().endswith("ed") and noun.lower() not in PLAIN_ADJECTIVES:
        return False
    if word not in PREPOSITIONS | {"of"} and _PARTICIPLE.search(run.hits[0].word):
        return False
    if _ONLY_ADJECTIVES.search(run.said):
        return True
    return "material" not in run.categories and word not in _BEFORE_BARE_COLOURS


def _cut_listed(run: Run, noun: str, found: re.Match[str] | None) -> Cut | None:
    """Behind "and" or a comma: with the join behind an adjective, alone behind a noun."""
    if found is None:
        return None
    word = found[1].lower()
    lead = _LAST_WORD.search(run.before[: found.start()])
    if word in PLAIN_ADJECTIVES:
        start = len(run.before[: found.end(1)])
        return Cut(start, run.end)
    if word in FUNCTION_WORDS or word in VERBS:
        return None
    plural = word.endswith("s") and not word.endswith(("ous", "less", "ss"))
    single = lead is None or lead[1].lower() not in DETERMINERS
    known = word != "glass" and (bool(mentioned(word)) or word in GARMENTS)
    return _without(run, run.end, noun) if plural or known or (single and word in SURFACES) else None


def _without(run: Run, end: int, word: str, spaced: bool = False) -> Cut:
    """Cut the run and the blank behind it, and make the article before it fit the word that follows."""
    end = end if spaced else end + len(run.text[end:]) - len(run.text[end:].lstrip())
    article = re.search(r"(?i)(?<![\w'’-])(an?)\s+$", run.before)
    if article is None or article[1].lower() not in ARTICLES:
        return Cut(run.start, end)
    put = "the" if word.lower() in _UNIQUE else article_for(word)
    return Cut(article.start(), end, f"{capitalise(put) if article[1][0] == 'A' else put} ")


_PATTERNS: tuple[Callable[[Run], Cut | None], ...] = (
    _cut_opening,
    _cut_whole_phrase,
    _cut_led_phrase,
    _cut_adverb,
    _cut_modifiers,
)
