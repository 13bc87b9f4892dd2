"""Takes out adjectives that stand right before their noun: "a red, white and blue kite"."""

import re

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
from irloom.backends.offline.chat.runs import Before, Cut, Run, first_word, last_word
from irloom.records import Category
from irloom.scene.nouns import mentioned

_ADJECTIVAL: frozenset[Category] = frozenset(("colour", "material", "transparency", "lighting", "text"))
_NOUNS = re.compile(
    r"(?i)\b(?:colou?rs?|hues?|shades?|shadows?|glows?|glare|silhouettes?|darkness|brightness|\w*light|sunshine"
    r"|logos?|texts?|lettering|graffiti|slogans?|inscription|handwriting|shining|gleams|illuminat(?:es?|ing)"
    r"|lighting|plastics|metals|redhead|brunette|reds|blues|yellows|browns|pastels?|says?|on)$"
)
"""Finds that are no adjectives."""
_BLOND = re.compile(r"(?i)\bblonde?s?$")
_HAVE_HAIR = frozenset(
    "hair haired woman man girl boy lady child person toddler baby guy female kid dog".split()
)
_PARTICIPLE = re.compile(r"(?i)(?:ed|written|lit|lit up)$")
_ONLY_ADJECTIVES = re.compile(r"(?i)(?:wooden|metallic|colou?rful|dark|bright|sunny|shiny|tiled|ish)$")
_BEFORE_BARE = frozenset("in into wearing wears wear to from all".split())
"""After these a colour is a noun as often: "in red"."""
_WANT_THE_WORD = frozenset(
    "one ones covered filled topped trimmed rimmed edged tipped coated toned tinted accented framed lined "
    "based made paved walled colored lettered light lights lab labs board eyed haired faced skinned meat "
    "area areas".split()
)
"""What says something else, or nothing, without the word before it: "a yellow lab", "the red one"."""
_DULL = frozenset(
    "day days afternoon morning evening weather spot spots place side sides light lights".split()
)
"""What "sunny" and "dark" stand before, and where nothing is told without them."""
_UNIQUE = frozenset(("sky",))
"""Of which there is one: "a blue sky" becomes "the sky"."""
_JOINED = re.compile(r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?=([\w-]+)(\s+[\w-]+))")


def cut_adverb(run: Run) -> Cut | None:
    """An adverb before its participle: "a brightly painted bus"."""
    word = first_word(run.after)
    fits = run.said.lower().endswith("ly") and re.search(r"(?:ed|en)$", word) is not None
    return _cut_up_to(run, run.end, word) if fits else None


def cut_modifiers(run: Run) -> Cut | None:
    """Adjectives before their noun, or before another adjective: "a red bus", "a red and big bus"."""
    noun = first_word(run.after)
    if not run.categories <= _ADJECTIVAL or _NOUNS.search(run.said):
        return None
    if _BLOND.search(run.said) and noun.lower() not in _HAVE_HAIR:
        return None
    joined = _JOINED.match(run.after)
    if joined is not None and joined[1].lower() in PLAIN_ADJECTIVES:
        return _cut_joined(run, joined)
    return _cut_before_noun(run, noun) if _is_noun(run, noun) else None


def _cut_joined(run: Run, joined: re.Match[str]) -> Cut | None:
    """The join goes too: "a dark, cluttered room"."""
    last = last_word(run.before)
    free = not run.before or (last is not None and not last.comma and last.word in DETERMINERS)
    if not free or not _is_noun(run, joined[2].strip()):
        return None
    return _cut_up_to(run, run.end + joined.end(), joined[1])


def _is_noun(run: Run, noun: str) -> bool:
    """Whether a word can be what the run describes, as far as words without their sentence tell."""
    word = noun.lower()
    if not word or word in FUNCTION_WORDS or word in VERBS or word in _WANT_THE_WORD:
        return False
    if word in BARE_SURFACES and not _follows_adjective(run):
        return False
    if word in _DULL and "lighting" in run.categories:
        return False
    return (word in LY_NOUNS or not word.endswith("ly")) and (word in ING_NOUNS or not word.endswith("ing"))


def _follows_adjective(run: Run) -> bool:
    """Something is told without the run too: "with long blond hair"."""
    last = last_word(run.before)
    return last is not None and not last.comma and last.word in PLAIN_ADJECTIVES


def _cut_before_noun(run: Run, noun: str) -> Cut | None:
    """Decide by the word before the run."""
    last = last_word(run.before)
    if last is None:
        begins = not run.before or run.before.rstrip()[-1] in ".;:!?"
        return _cut_up_to(run, run.end, noun) if begins else None
    if last.comma:
        return _cut_listed(run, noun, last)
    if last.word in CONJUNCTIONS:
        return _cut_listed(run, noun, last_word(run.before[: last.end - len(last.word)]))
    return _cut_up_to(run, run.end, noun) if _is_modifier(run, noun, last.word) else None


def _is_modifier(run: Run, noun: str, before: str) -> bool:
    """Whether the run describes what follows, and is not told of what stands before: "the bus is red"."""
    if before in DETERMINERS or before in PLAIN_ADJECTIVES:
        return True
    if before in LINKING | DEGREES:
        return re.search(rf"(?i)\bthere {before}\s*$", run.before) is not None
    if noun.lower() in GARMENTS | THINGS or mentioned(noun):
        return True
    if (noun.lower().endswith("ed") and noun.lower() not in PLAIN_ADJECTIVES) or (
        _PARTICIPLE.search(run.hits[0].word) and before not in PREPOSITIONS | {"of"}
    ):
        return False
    bare = "material" in run.categories or before in _BEFORE_BARE
    return _ONLY_ADJECTIVES.search(run.said) is not None or not bare


def _cut_listed(run: Run, noun: str, last: Before | None) -> Cut | None:
    """Behind "and" or a comma: with the join behind an adjective ("a big, red bus"), alone behind a noun."""
    if last is None or last.word in FUNCTION_WORDS or last.word in VERBS:
        return None
    if last.word in PLAIN_ADJECTIVES:
        return Cut(last.end, run.end)
    lead = last_word(run.before[: last.end - len(last.word)])
    plural = last.word.endswith("s") and not last.word.endswith(("ous", "less", "ss"))
    # "A tabby and white cat" is one, "a dog and white cat" are two: only a known noun tells them apart.
    known = last.word != "glass" and (bool(mentioned(last.word)) or last.word in GARMENTS)
    bare = last.word in SURFACES and (lead is None or lead.word not in DETERMINERS)
    return _cut_up_to(run, run.end, noun) if plural or known or bare else None


def _cut_up_to(run: Run, end: int, word: str) -> Cut:
    """Cut up to the word that follows, and make the article before it fit that word."""
    end += len(run.text[end:]) - len(run.text[end:].lstrip())
    article = re.search(r"(?<![\w'’-])(\w+)\s+$", run.before)
    if article is None or article[1].lower() not in ARTICLES:
        return Cut(run.start, end)
    put = "the" if word.lower() in _UNIQUE else article_for(word)
    return Cut(article.start(), end, f"{capitalise(put) if article[1][0] == 'A' else put} ")
