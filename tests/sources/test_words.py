"""Captions are mended, and every mending has a name."""

import pytest

from irloom.sources.words import clean_caption


@pytest.mark.parametrize(
    ("given", "text", "notes"),
    [
        ("A dog.", "A dog.", ()),
        ("  A\t\n dog.\r\n\u00a0 \u2028", "A dog.", ()),
        ("A\x00 d\x07o\x1bg\x7f\x9b.", "A dog.", ("caption_cleaned",)),
        ("A \u202edog\u202c \u2066x\u2069", "A dog x", ("caption_cleaned",)),
        ("A \ud83d dog", "A \ufffd dog", ("caption_cleaned",)),
        ("Cafe\u0301", "Café", ()),
        ("一只狗 🐕\u200d🦺", "一只狗 🐕\u200d🦺", ()),
        ("سلام\u200f", "سلام\u200f", ()),
    ],
)
def test_a_caption_is_mended(given: str, text: str, notes: tuple[str, ...]) -> None:
    assert clean_caption(given) == (text, notes)


@pytest.mark.parametrize("given", ["", " \n\t", "\x00\x01", "\u200b \u200d", "\u202e"])
def test_a_caption_of_which_nothing_is_seen_is_empty(given: str) -> None:
    assert clean_caption(given) == (None, ("caption_empty",))


@pytest.mark.parametrize("given", [None, 5, True, ["A dog."], {"text": "A dog."}])
def test_a_caption_that_is_no_text_is_invalid(given: object) -> None:
    assert clean_caption(given) == (None, ("caption_invalid",))


def test_a_long_caption_is_cut_at_a_word_border() -> None:
    text, notes = clean_caption("word " * 1000)
    assert notes == ("caption_cut",)
    assert text is not None
    assert len(text) == 1999
    assert text.endswith(" word")


def test_a_caption_of_exactly_the_limit_is_kept() -> None:
    assert clean_caption("x" * 2000) == ("x" * 2000, ())
    assert clean_caption("x" * 2000 + " y") == ("x" * 2000, ("caption_cut",))


def test_a_long_caption_without_blanks_is_cut_at_the_limit() -> None:
    assert clean_caption("a " + "狗" * 3000) == ("a " + "狗" * 1998, ("caption_cut",))
