import pytest

from irloom.backends.scorers.parts import split_caption
from irloom.errors import ScoringError


def split(caption: str, words: int, characters: int = 1000) -> tuple[str, ...]:
    return split_caption(
        caption,
        lambda text: len(text.split()) <= words and all(len(word) <= characters for word in text.split()),
    )


def test_a_caption_that_fits_stays_whole() -> None:
    assert split("A man. A dog.", 4) == ("A man. A dog.",)


def test_a_longer_caption_becomes_its_sentences() -> None:
    caption = "A man walks a dog. Is it warm? It is!\nThe dog, 2.5 m away, is warm."
    assert split(caption, 7) == (
        "A man walks a dog.",
        "Is it warm?",
        "It is!",
        "The dog, 2.5 m away, is warm.",
    )


def test_chinese_sentences_are_told_apart_without_spaces() -> None:
    fits = lambda text: len(text) <= 8  # noqa: E731
    assert split_caption("一个人在走路。一只狗在跑。", fits) == ("一个人在走路。", "一只狗在跑。")


def test_a_sentence_that_does_not_fit_is_halved_between_words() -> None:
    assert split("one two three four five six seven. Eight.", 3) == (
        "one two three",
        "four five",
        "six seven.",
        "Eight.",
    )


def test_a_word_that_does_not_fit_is_halved_between_characters() -> None:
    assert split("see abcdefgh here", 2, 4) == ("see", "abcd", "efgh", "here")


@pytest.mark.parametrize("words", [1, 2, 3, 7, 50])
def test_no_word_is_lost_or_changed(words: int) -> None:
    caption = "  A man, warm as he is, walks. The dog runs \n\n behind him! And so on, and so on"
    assert " ".join(split(caption, words)).split() == caption.split()


def test_a_character_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ScoringError, match="'x' alone is longer than the model reads"):
        split_caption("x", lambda text: False)
