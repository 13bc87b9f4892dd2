"""Objects to words of an instruction that say what an infrared camera cannot show."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from irloom.lexicon import Hit, Lexicon
from irloom.records import Category, Verdict
from irloom.scene.statements import Exchange, is_closed, leaves_open, read_exchanges, split_sentences

_TOLD: Mapping[Category, str] = {
    "colour": "Colour information is not visible in the infrared image",
    "material": "Material information is not visible in the infrared image",
    "text": "Text information is not visible in the infrared image",
    "transparency": "Transparency information is not visible in the infrared image",
    "lighting": "Lighting information is not visible in the infrared image",
    "glass": "What is behind glass or in a mirror is not visible in the infrared image",
    "uncertain": "Uncertain wording says nothing definite about the infrared image",
}
_ASKED = re.compile(r"(?i)\b(?:whether|if|how)\b")
_CHOICE = re.compile(r"(?i)[,:;–—] [^,?]*\bor\b[^?]*\?$")
"""What a question offers: "…, wood or metal?"."""
_MOST_WORDS = 3


def object_to_words(
    text: str,
    lexicon: Lexicon,
    categories: Collection[Category] | None = None,
    heat: Sequence[str] = (),
) -> Verdict | None:
    """Object to what infrared cannot show: the category of the first such word, and its words."""
    hits = find_forbidden(text, lexicon, categories, heat)
    if not hits:
        return None
    category = hits[0].category
    words = dict.fromkeys(hit.word.strip().lower() for hit in hits if hit.category == category)
    named = ", ".join(f"'{word}'" for word in list(words)[:_MOST_WORDS])
    reason = f"{_TOLD.get(category, f'The {category} is not visible in the infrared image')}: {named}."
    return Verdict(verdict="reject", category=category, reason=reason)


def find_forbidden(
    text: str,
    lexicon: Lexicon,
    categories: Collection[Category] | None = None,
    heat: Sequence[str] = (),
) -> list[Hit]:
    """Find the words of some categories, of all if None, by sentence; each with its place in that sentence.

    Left out are words of a question whose answer says that it cannot be told ("What colour is the car?"), and
    words for bright and dark that stand in the sentences about heat, where they mean warmth.
    """
    warm = " ".join(heat).lower()
    return [
        hit
        for exchange in read_exchanges(text)
        for hit in _find_in(exchange, lexicon, categories)
        if not (hit.category == "lighting" and hit.word.strip().lower() in warm)
    ]


def _find_in(exchange: Exchange, lexicon: Lexicon, categories: Collection[Category] | None) -> Iterator[Hit]:
    sentences = split_sentences(exchange.answer)
    unanswerable = any(leaves_open(one) for one in sentences[:1])
    for hit in lexicon.find(exchange.question, categories):
        if not (unanswerable and _is_asked_for(hit, exchange.question, lexicon)):
            yield hit
    for sentence in sentences:
        excused = leaves_open(sentence)
        for hit in lexicon.find(sentence, categories):
            asked = _ASKED.search(sentence[: hit.start]) is not None or _names_category(hit, lexicon)
            if not (excused and asked):
                yield hit


def _is_asked_for(hit: Hit, question: str, lexicon: Lexicon) -> bool:
    """Whether a question asks for a property instead of taking it for granted ("the red car")."""
    choice = _CHOICE.search(question)
    chosen = choice is not None and hit.start >= choice.start()
    return chosen or is_closed(question) or _names_category(hit, lexicon)


def _names_category(hit: Hit, lexicon: Lexicon) -> bool:
    """Whether a word speaks of the kind of property ("colour") and gives none ("red")."""
    return hit.category in lexicon.named_by(hit.word)
