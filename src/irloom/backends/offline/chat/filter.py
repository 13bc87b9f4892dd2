"""Takes words out of a caption and leaves a sentence that reads as if they had never been there."""

import re
from collections.abc import Collection

from irloom.backends.offline.chat import holes as mending
from irloom.backends.offline.chat.english import FUNCTION_WORDS, article_for, capitalise, end_sentence
from irloom.lexicon import Hit, Lexicon
from irloom.records import Category

NOTHING_LEFT = "A scene."
"""What a caption becomes that names nothing but what infrared cannot show."""

_STEPS = (
    mending.MERGES,
    mending.PREDICATES,
    mending.PHRASES,
    mending.ADJECTIVES,
    mending.NOUNS,
    mending.EMPTY,
    mending.TIDIES,
)
_ARTICLE = re.compile(r"\b(an?) (?=([a-z][\w-]*))", re.IGNORECASE)
_LAST_PHRASE = re.compile(
    r"^(?P<rest>.+?),? (?:with|in|on|next to|near|beside|behind|under|against|by|at|in front of|on top of)"
    r" (?:(?!\b(?:with|in|on|next|near|beside|behind|under|against|by|at|and)\b).)+$",
    re.IGNORECASE | re.DOTALL,
)
_HANGS = re.compile(rf"\b(?:\w+ed|\w+ing|(?:{'|'.join(FUNCTION_WORDS)}))$", re.IGNORECASE)
"""A sentence that ends so wants its last phrase."""
_FEWEST_WORDS = 5


def remove_words(text: str, lexicon: Lexicon, categories: Collection[Category]) -> str:
    """Rewrite a caption without the words of some categories; without such words it is only trimmed."""
    text = text.strip()
    if not lexicon.find(text, categories):
        return text
    text = readable(text)
    # Mending can change a word's company and so make a new find; each pass takes at least one away.
    while hits := lexicon.find(text, categories):
        text = _finish(_close_holes(_take_out(text, hits, lexicon)))
    return text


def rephrase(text: str, lexicon: Lexicon, categories: Collection[Category], count: int) -> list[str]:
    """Give `count` rewrites: the plain one, then one without the last phrase if that holds such words."""
    rewrites = [remove_words(text, lexicon, categories)]
    shorter = _drop_last_phrase(text.strip(), lexicon, categories)
    if shorter is not None:
        rewrite = _finish(readable(remove_words(shorter, lexicon, categories)))
        rewrites += [rewrite] if rewrite not in rewrites else []
    rewrites = rewrites[:count]
    return rewrites + rewrites[-1:] * (count - len(rewrites))


def strip_label(label: str, lexicon: Lexicon, categories: Collection[Category]) -> str:
    """Take the words of some categories out of an object's label."""
    left = label
    for hit in reversed(lexicon.find(label, categories)):
        left = left[: hit.start] + left[hit.end :]
    return " ".join(left.split()) or "object"


def readable(text: str) -> str:
    """Turn a shouted caption into a plain one."""
    return capitalise(text.lower()) if text.isupper() else text


def _drop_last_phrase(text: str, lexicon: Lexicon, categories: Collection[Category]) -> str | None:
    """Cut the last prepositional phrase where it holds a word that must go; None where it does not."""
    match = _LAST_PHRASE.match(text)
    if match is None or len(match["rest"].split()) < _FEWEST_WORDS or _HANGS.search(match["rest"]):
        return None
    hits = lexicon.find(text, categories)
    return match["rest"] if hits and hits[-1].start > match.end("rest") else None


def _take_out(text: str, hits: list[Hit], lexicon: Lexicon) -> str:
    """Put a hole, or the fixed replacement, in the place of every find."""
    text = text.translate({ord("⟦"): "[", ord("⟧"): "]"})
    end = len(text) + 1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end), reverse=True):
        instead = lexicon.replacement_for(hit)
        hole = f"⟦{lexicon.noun_for(hit) or ''}⟧" if instead is None else instead
        text = text[: hit.start] + hole + text[max(hit.end, 0) :] if hit.end <= end else text
        end = hit.start
    return text


def _close_holes(text: str) -> str:
    for rules in _STEPS:
        text = mending.apply(rules, text)
    return text


def _finish(text: str) -> str:
    """Mend articles, the capital and the full stop; fall back where no noun is left."""
    text = _ARTICLE.sub(_mend_article, text)
    content = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word not in FUNCTION_WORDS]
    if not content:
        return NOTHING_LEFT
    return end_sentence(capitalise(text.strip()))


def _mend_article(match: re.Match[str]) -> str:
    if match[2].lower() in FUNCTION_WORDS:
        return match[0]
    article = article_for(match[2])
    return f"{capitalise(article) if match[1][0] == 'A' else article} "
