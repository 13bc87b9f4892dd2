"""Measures the language of training data: how varied it is, what it denies and counts, what it says of heat.

Distinct n-grams are those of Li et al. (2016, arXiv 1510.03055): different n-grams over all n-grams.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from irloom.lexicon import Lexicon
from irloom.scene.nouns import NUMBERS, mask_mentions, mentioned

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_NUMBER = re.compile(rf"\b(?:\d+|{'|'.join(NUMBERS)}|several|many|both|a|an)\b")
_NO = re.compile(
    r"^(?:no|none|nobody|nothing|neither)\b|\bthere (?:is|are|was|were) (?:no|not|nothing|nobody)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"^yes\b", re.IGNORECASE)
_UNTOLD = re.compile(
    r"\b(?:cannot|can['’]t|can not|impossible to|no way to) (?:be )?"
    r"(?:tell|told|say|said|see|seen|read|know|known|made out|determined|answered)\b",
    re.IGNORECASE,
)
_HEAT = re.compile(
    r"\b(?:heat|hot(?:ter|test)?|warm(?:er|est|th)?|cool(?:er|est)?|cold(?:er|est)?|temperatures?|ambient"
    r"|bright(?:er|est|ness)?|dark(?:er|est)?|glow(?:s|ing)?)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b", re.IGNORECASE)
_LONGEST_GRAM = 3


@dataclass(slots=True)
class Language:
    """What the texts of some rows are like; memory grows with different texts alone."""

    labels: frozenset[str] = frozenset()
    """Names of objects, masked in templates and counted as classes."""
    lexicon: Lexicon | None = None
    """Words that infrared cannot show; None where that is no matter."""
    questions: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    """Answers by their number of words."""
    grams: tuple[set[int], ...] = field(default_factory=lambda: tuple(set() for _ in range(_LONGEST_GRAM)))
    grams_seen: list[int] = field(default_factory=lambda: [0] * _LONGEST_GRAM)
    kinds: Counter[str] = field(default_factory=Counter)
    """Answers `yes`, `no` and `untold` (it cannot be told); questions about `heat`; `counts`, and `ones`."""
    templates: Counter[str] = field(default_factory=Counter)
    """Answers by the sentences in them, with names and numbers masked."""
    classes: Counter[str] = field(default_factory=Counter)
    """Answers by the objects that they name."""
    hidden: Counter[str] = field(default_factory=Counter)
    """Answers with words that infrared cannot show, by category; but for those that say so."""

    def take(self, messages: Sequence[Mapping[str, str]]) -> None:
        """Add a conversation: messages with `role` and `content`, questions by `user`."""
        question = ""
        for message in messages:
            text = message["content"].replace("<image>", " ").strip()
            if message["role"] == "user":
                question = text
            elif message["role"] == "assistant":
                self._take(question, text)

    def _take(self, question: str, answer: str) -> None:
        self.answers += 1
        self.questions[" ".join(question.lower().split())] += 1
        words = [word.lower() for word in _WORD.findall(answer)]
        self.lengths[len(words)] += 1
        self._take_grams(words)
        untold = bool(_UNTOLD.search(answer))
        self._take_kinds(question, answer, untold)
        named = mentioned(answer, self.labels)
        self.classes.update(sorted(named & self.labels if self.labels else named))
        self.templates.update(dict.fromkeys(_mask(answer, self.labels)).keys())
        if self.lexicon is not None and not untold:
            self.hidden.update(sorted({str(hit.category) for hit in self.lexicon.find(answer)}))

    def _take_grams(self, words: Sequence[str]) -> None:
        for size, grams in enumerate(self.grams, 1):
            found = [hash(tuple(words[at : at + size])) for at in range(len(words) - size + 1)]
            grams.update(found)
            self.grams_seen[size - 1] += len(found)

    def _take_kinds(self, question: str, answer: str, untold: bool) -> None:
        self.kinds["yes"] += bool(_YES.search(answer))
        self.kinds["untold"] += untold
        self.kinds["no"] += not untold and bool(_NO.search(answer))
        self.kinds["heat"] += bool(_HEAT.search(question))
        if _HOW_MANY.search(question):
            self.kinds["counts"] += 1
            self.kinds["ones"] += bool(re.search(r"\b(?:one|a single|only a)\b", answer, re.IGNORECASE))

    def distinct(self, size: int) -> float:
        """Share of different n-grams among all of a size, 0..1."""
        return len(self.grams[size - 1]) / max(1, self.grams_seen[size - 1])

    def share(self, kind: str) -> float:
        """Share of answers (or their questions) of a kind, 0..1."""
        return self.kinds[kind] / max(1, self.answers)

    def commonest_templates(self, most: int) -> list[tuple[str, float]]:
        """Sentence templates with the share of answers that hold them, the commonest first."""
        return [(text, count / self.answers) for text, count in self.templates.most_common(most)]

    def length_at(self, share: float) -> int:
        """Words of an answer at a quantile."""
        lengths = sorted(self.lengths.elements())
        if len(lengths) < 2:
            return lengths[0] if lengths else 0
        return round(quantiles(lengths, n=100, method="inclusive")[min(98, max(0, round(share * 100) - 1))])


def _mask(text: str, labels: frozenset[str]) -> Iterator[str]:
    """The sentences of a text, without names of objects and numbers."""
    for sentence in _SENTENCE.findall(text.lower()):
        masked = _NUMBER.sub("#", " ".join(mask_mentions(sentence, labels).split()))
        if _WORD.search(masked):
            yield masked
