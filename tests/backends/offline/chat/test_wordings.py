"""Every wording of the rule engine can be filled, and names nothing that infrared cannot show."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from random import Random
from typing import Any

import pytest

from irloom.backends.offline.chat.topics import read_topics, reason
from irloom.backends.offline.chat.wordings import list_phrasings, name_kind, word
from irloom.lexicon import Lexicon
from irloom.scene.heat import HEAT_WORD

PHRASES = tomllib.loads((files("irloom.data") / "phrasings.toml").read_text("utf-8"))
FILLED = {
    **{"a": "a dog", "one": "dog", "many": "dogs", "n": "two dogs", "are": "are", "things": "two dogs"},
    **{"the": "the dog", "first": "the dog", "second": "the bench", "leaver": "the dog", "fact": "So it is."},
    **{"words": "to the left of", "opposite": "to the right of", "where": "near the centre of the image"},
    **{"turned": "right", "moved": "left", "why": "it is so", "figure": "31.2", "most": "34.0"},
}


def walk(found: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, str):
        yield path, found
    elif isinstance(found, dict):
        for name, part in found.items():
            yield from walk(part, f"{path}.{name}".strip("."))
    else:
        for part in found:
            yield from walk(part, path)


def test_every_phrase_fills_with_known_slots_and_breaks_no_rule() -> None:
    lexicon = Lexicon.load(None)
    for path, phrase in walk(PHRASES):
        text = phrase.format(**FILLED)
        assert lexicon.find(text) == [], (path, text)
        assert "{" not in text


def test_no_phrase_stands_twice_in_its_list_and_questions_are_questions_or_requests() -> None:
    for path in {path for path, _ in walk(PHRASES)}:
        phrases = list_phrasings(path)
        assert len(set(phrases)) == len(phrases), path
    asked = [phrase for path, phrase in walk(PHRASES) if path.endswith(("questions", "denied", "about"))]
    assert all(phrase.endswith(("?", ".")) for phrase in asked)


def test_a_filled_phrase_begins_every_sentence_with_a_capital() -> None:
    for seed in range(20):
        text = word(Random(seed), "argue.relation.answers", "heat", **FILLED)
        assert re.search(r"(^|[.!?] )[a-z]", text) is None


@pytest.mark.parametrize(
    ("label", "a"),
    [("dog", "a dog"), ("umbrella", "an umbrella"), ("skis", "a pair of skis"), ("tv", "a TV")],
)
def test_labels_come_with_their_article(label: str, a: str) -> None:
    assert name_kind(label)["a"] == a


def test_a_conclusion_needs_a_scene_that_supports_it() -> None:
    dice = Random(1)
    assert reason({"kite"}, dice) is not None
    assert reason({"cup", "bottle"}, dice) is None, "two things for drinking are no laid table"
    assert reason({"pizza"}, dice) is None
    assert reason({"tie"}, dice) is None
    asked = {turn.question for _ in range(200) if (turn := reason({"clock"}, dice))}
    assert len(asked) == 4


def test_topics_break_no_rule() -> None:
    lexicon = Lexicon.load(None)
    texts = [
        text for topic in read_topics() for point in topic.points for text in (*point.asks, point.answer)
    ]
    assert [text for text in texts if lexicon.find(text)] == []
    assert len(set(texts)) == len(texts)


def test_without_heat_every_list_that_is_asked_of_keeps_phrases_and_none_speaks_of_it() -> None:
    other = ("tones.", "thermal.temperatures", "thermal.measured", "thermal.warmth", "argue.heat.why")
    for path in {path for path, _ in walk(PHRASES) if not path.startswith(other)}:
        phrases = list_phrasings(path, "tones")
        assert phrases, path
        assert [phrase for phrase in phrases if HEAT_WORD.search(phrase)] == []
    assert list_phrasings("argue.heat.why.pixels", "tones")
    topics = read_topics("tones")
    texts = [text for one in topics for point in one.points for text in (*point.asks, point.answer)]
    assert [text for text in texts if HEAT_WORD.search(text)] == []
    assert len(topics) > 25, "few topics are about heat alone"
