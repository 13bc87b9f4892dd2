"""Needles only save searches: what is found is the same as without them."""

import json
import re
from importlib import resources

import pytest

from irloom.lexicon import Lexicon
from irloom.needles import Searches, find_needles


@pytest.mark.parametrize(
    ("expression", "needles"),
    [
        (r"\bCloth (?=(?:napkins?|bags?)\b)", {"cloth "}),
        (r"\b(?:letters|lettering)\b", {"letter"}),
        (r"(?:red|blue)?[ -]tinted", {"tinted"}),
        (r"(?:neon )+sign", {"neon "}),
        (r"\w+ing", {"ing"}),
        (r"(?<=dark )(?P<core>wood)", {"dark "}),
        (r"a|green", None),
        (r"(?:red)?(?:blue)*", None),
        (r"(?!brown)[a-z]+", None),
        (r"[a-z]{3}", None),
    ],
)
def test_every_match_holds_one_of_the_needles(expression: str, needles: set[str] | None) -> None:
    found = find_needles(re.compile(expression, re.IGNORECASE))
    assert found == (None if needles is None else frozenset(needles))


def test_all_finds_of_the_lexicon_are_found_with_needles_and_without() -> None:
    captions = json.loads(resources.files("irloom").joinpath("data/demo/captions.json").read_text("utf-8"))
    texts = [line["caption"] for line in captions["annotations"]]
    texts += [text.upper() for text in texts] + [f"{text} – naïve" for text in texts]
    found = 0
    for words in Lexicon.load(None)._words.values():
        for searches in (words.finds, words.keeps):
            for text in texts:
                plain = [match.span() for pattern in searches._needles for match in pattern.finditer(text)]
                assert [match.span() for match in searches.find(text)] == plain
                found += len(plain)
    assert found > 50


def test_letters_that_match_without_looking_alike_are_found() -> None:
    searches = Searches([re.compile("glass", re.IGNORECASE)])
    assert [match.group() for match in searches.find("a gla\u017fs door")] == ["gla\u017fs"]


def test_an_expression_without_needles_is_always_tried() -> None:
    searches = Searches([re.compile(r"\bwood\b"), re.compile(r"\d")])
    assert [match.group() for match in searches.find("7 dogs")] == ["7"]
