"""Duplicates are found within rows that show one image, and the first stays."""

from typing import Any

import pytest

from irloom.export.duplicates import NEAR_WORDS, Dropped, NearTexts, find_duplicates, split_words
from irloom.pipelines.flow import Exported
from irloom.pipelines.infrared.summary import PAIRS

assert PAIRS.export is not None
CAPTIONS = PAIRS.export
WORDS = " ".join(f"word{number}" for number in range(20))


def rows(*captions: str) -> list[dict[str, Any]]:
    return [{"sample": "7", "caption_index": place, "caption": text} for place, text in enumerate(captions)]


def test_the_same_text_is_an_exact_duplicate_and_another_case_is_not() -> None:
    found = list(find_duplicates(rows("A dog.", "a dog", "A dog.", "A dog."), CAPTIONS, "exact"))
    reason = "exact: the same text and image"
    assert found == [
        None,
        None,
        Dropped(id="7-2", reason=reason, of="7-0"),
        Dropped(id="7-3", reason=reason, of="7-0"),
    ]


def test_case_order_and_punctuation_do_not_make_a_near_text_another() -> None:
    found = list(find_duplicates(rows("A dog, and a cat.", "a cat and A DOG"), CAPTIONS, "near"))
    reason = "near: 100% of the words are the same, and nearly the image"
    assert found == [None, Dropped(id="7-1", reason=reason, of="7-0")]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (WORDS.replace("word0 ", ""), True),
        (WORDS.replace("word0", "new"), True),
        (WORDS[: len(WORDS) // 2], False),
    ],
)
def test_nine_words_in_ten_are_near(text: str, near: bool) -> None:
    found = list(find_duplicates(rows(WORDS, text), CAPTIONS, "near"))
    assert (found[1] is not None) is near


def test_one_word_makes_a_short_caption_another() -> None:
    texts = ("A man to the left of a dog.", "A man to the right of a dog.")
    assert list(find_duplicates(rows(*texts), CAPTIONS, "near")) == [None, None]


def test_instructions_are_compared_by_all_that_is_said() -> None:
    def talk(answer: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": "<image>\nWhat?"}, {"role": "assistant", "content": answer}]

    said = [{"sample": "1", "task": str(n), "messages": talk(text)} for n, text in enumerate("ABA")]
    found = list(find_duplicates(said, Exported(), "exact"))
    assert [one and (one.id, one.of) for one in found] == [None, None, ("1-2", "1-0")]


def test_texts_without_words_are_near_only_to_themselves() -> None:
    found = list(find_duplicates(rows("…", "!", "…", ""), CAPTIONS, "near"))
    assert [one is None for one in found] == [True, True, False, True]


def test_the_index_finds_what_comparing_each_with_each_finds() -> None:
    import random

    draw = random.Random(0)
    texts: list[frozenset[str]] = []
    index = NearTexts()
    for number in range(400):
        words = draw.choice(texts) if texts and number % 2 else frozenset()
        words = frozenset(words - set(draw.sample(sorted(words), k=min(2, len(words)))))
        words |= split_words(" ".join(f"w{draw.randrange(60)}" for _ in range(3 if words else 25)))
        first = next((n for n, one in enumerate(texts) if share(one, words) >= NEAR_WORDS), None)
        found = index.find(words)
        assert (found and found[0]) == (None if first is None else str(first))
        index.add(str(number), words)
        texts.append(words)


def share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
