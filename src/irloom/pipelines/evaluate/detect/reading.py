"""Reads what a detector answers: a score, or the wrong words of a sentence."""

import json
import math
from collections.abc import Iterator
from typing import Any

from irloom.agents.detecting import SIMILARITY_PROMPT, WORDS_PROMPT, read_score
from irloom.agents.probability import weigh_yes
from irloom.agents.replies import find_json, strip_thoughts
from irloom.alignment import find_spans
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.records import Answer, Heard, Posed, ReplyForm
from irloom.protocols import ReplySchema

_MOST_WORDS = 50
WORDS_FORM = ReplyForm(
    schema_=ReplySchema(
        "wrong_words",
        {
            "type": "object",
            "properties": {
                "words": {
                    "type": "array",
                    "maxItems": _MOST_WORDS,
                    "items": {
                        "type": "object",
                        "properties": {"text": {"type": "string"}, "certainty": {"type": "number"}},
                        "required": ["text", "certainty"],
                        "additionalProperties": False,
                    },
                }
            },
            "required": ["words"],
            "additionalProperties": False,
        },
    ),
    words='{"words": [{"text": "…", "certainty": 90}]}, with an empty list where nothing is wrong',
)


def read_detection(heard: Heard, posed: Posed) -> str | None:
    """A score as text, or the wrong words as a JSON list; None where the reply has none."""
    if posed.prompt == WORDS_PROMPT:
        words = list_words(heard.text)
        return None if words is None else json.dumps(_place(words, posed), ensure_ascii=False)
    score = _score(heard, posed)
    return None if score is None else f"{score:.10g}"


def _score(heard: Heard, posed: Posed) -> float | None:
    if posed.prompt == SIMILARITY_PROMPT:
        return float(heard.text)  # of our own backend, which writes nothing else
    if posed.top_logprobs:
        yes = weigh_yes(heard.first_tokens)
        return None if yes is None else 100 * yes
    return read_score(heard.text)


def list_words(text: str) -> list[tuple[str, float]] | None:
    """The words in a reply with how sure it is of each, 0..100; None for a reply in another form."""
    found = find_json(strip_thoughts(text))
    listed = found.get("words") if found is not None else None
    if not isinstance(listed, list):
        return None
    words = [_read_word(one) for one in listed]
    return [word for word in words if word is not None] if None not in words else None


def _read_word(found: Any) -> tuple[str, float] | None:
    text, certainty = (found.get("text"), found.get("certainty")) if isinstance(found, dict) else (None, None)
    if not isinstance(text, str) or isinstance(certainty, bool) or not isinstance(certainty, int | float):
        return None
    return (text, min(max(float(certainty), 0.0), 100.0)) if math.isfinite(certainty) else None


def _place(words: list[tuple[str, float]], posed: Posed) -> list[dict[str, Any]]:
    """Those that stand in the sentence, with where they do."""
    return [
        {"text": text, "certainty": certainty, "start": start, "end": end}
        for text, certainty, spans in _find(words, posed)
        for start, end in spans
    ]


def _find(words: list[tuple[str, float]], posed: Posed) -> Iterator[tuple[str, float, list[tuple[int, int]]]]:
    """Each word with where it stands; of equal ones the second is looked for behind the first."""
    sentence, behind = posed.fields["sentence"], dict[str, int]()
    for text, certainty in words:
        start = behind.get(text.casefold(), 0)
        found, _ = find_spans(sentence[start:], [text])
        spans = [(start + first, start + last) for first, last in found]
        if spans:
            behind[text.casefold()] = spans[0][1]
        yield text, certainty, spans


def count_strays(answer: Answer) -> int:
    """How many of the words that a reply calls wrong do not stand in the sentence."""
    if answer.posed.prompt != WORDS_PROMPT:
        return 0
    words = list_words(answer.heard.text) or []
    return sum(not spans for _, _, spans in _find(words, answer.posed))


RULES = {
    "score": Rule(read=read_detection, read_check=lambda said, heard, posed: None, is_right=None),
}
