"""Objects to words of an instruction that say what an infrared camera cannot show."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from irloom.lexicon import Hit, Lexicon
from irloom.records import Category, Verdict
from irloom.scene.nouns import plural
from irloom.scene.statements import is_closed, leaves_open, read_exchanges, split_sentences

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
_OFFERED = re.compile(r"[,:;–—] [^,?]*+")
_OR = re.compile(r"(?i)\bor\b")
_MOST_WORDS = 3


def object_to_words(
    text: str,
    lexicon: Lexicon,
    categories: Collection[Category] | None = None,
    heat: Sequence[str] = (),
    things: Collection[str] = (),
) -> Verdict | None:
    """Object to what infrared cannot show: the category of the first such word, and its words."""
    hits = find_forbidden(text, lexicon, categories, heat, things)
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
    things: Collection[str] = (),
) -> list[Hit]:
    """Find the words of some categories, of all if None, in order.

    Left out are words of a question whose answer says that it cannot be told ("What colour is the car?"),
    words for bright and dark that stand in the sentences about heat, where they mean warmth, and names of
    `things` ("the orange").
    """
    open_parts, warm = list(_list_open(text)), " ".join(heat).lower()
    names = {name.lower() for thing in things for name in (thing, plural(thing))}
    return [
        hit
        for hit in lexicon.find(text, categories)
        if not any(_is_asked_for(hit, part, lexicon) for part in open_parts)
        and hit.word.strip().lower() not in names
        and not (hit.category == "lighting" and hit.word.strip().lower() in warm)
    ]


@dataclass(frozen=True, slots=True)
class _Open:
    """A question that is left open, or a sentence that leaves something open: `text[start:end] == said`."""

    said: str
    start: int
    question: bool

    @property
    def end(self) -> int:
        return self.start + len(self.said)


def _list_open(text: str) -> Iterator[_Open]:
    end = 0
    for exchange in read_exchanges(text):
        sentences = split_sentences(exchange.answer)
        asked = _Open(exchange.question, text.index(exchange.question, end), question=True)
        end = asked.end
        if any(leaves_open(one) for one in sentences[:1]):
            yield asked
        for sentence in sentences:
            told = _Open(sentence, text.index(sentence, end), question=False)
            end = told.end
            if leaves_open(sentence):
                yield told


def _is_asked_for(hit: Hit, part: _Open, lexicon: Lexicon) -> bool:
    """Whether a word asks for a property there instead of taking it for granted ("the red car")."""
    if not part.start <= hit.start < part.end:
        return False
    if part.question:
        choice = _find_choice(part.said)
        asked = is_closed(part.said) or (choice is not None and hit.start >= part.start + choice)
    else:
        asked = _ASKED.search(part.said[: hit.start - part.start]) is not None
    return asked or _names_category(hit, lexicon)


def _find_choice(question: str) -> int | None:
    """Where a question begins to offer something ("…, wood or metal?"); None where it does not."""
    if not question.endswith("?"):
        return None
    offered = _OFFERED.finditer(question, question.rfind("?", 0, -1) + 1)
    return next(
        (part.start() for part in offered if _OR.search(question, part.start() + 2, part.end())), None
    )


def _names_category(hit: Hit, lexicon: Lexicon) -> bool:
    """Whether a word speaks of the kind of property ("colour") and gives none ("red")."""
    return hit.category in lexicon.named_by(hit.word)
