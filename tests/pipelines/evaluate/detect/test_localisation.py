"""Words are wrong where they overlap a wrong span; their average precision is pooled and per sentence."""

import numpy as np
import pytest

from irloom.pipelines.evaluate.detect.localisation import mark_words, score_words

TEXT = "Two red dogs run."


def test_words_are_split_at_white_space_and_marked_by_overlap() -> None:
    found = mark_words(TEXT, [(4, 7)], [{"certainty": 60, "start": 6, "end": 12}], unread=False)
    assert found.wrong.tolist() == [False, True, False, False]
    assert found.scores.tolist() == [0, 60, 60, 0]


def test_the_surest_of_the_proposals_over_a_word_counts() -> None:
    proposed = [{"certainty": 20, "start": 0, "end": 3}, {"certainty": 70, "start": 0, "end": 7}]
    assert mark_words(TEXT, [], proposed, unread=False).scores.tolist() == [70, 70, 0, 0]


def test_micro_pools_words_and_the_other_averages_sentences() -> None:
    good = mark_words(TEXT, [(4, 7)], [{"certainty": 60, "start": 4, "end": 7}], unread=False)
    silent = mark_words("A b", [(0, 1)], [], unread=True)
    right = mark_words(TEXT, [], [{"certainty": 60, "start": 0, "end": 3}], unread=False)
    found = score_words([good, silent, right, None])
    assert found is not None
    assert (found.sentences, found.wrong_sentences, found.unread) == (3, 2, 1)
    assert found.by_sentence == pytest.approx((1 + 1 / 2) / 2)
    assert found.micro == pytest.approx(1 / 2 * 1 + 1 / 2 * 2 / 6)
    assert found.micro_with_right == pytest.approx(1 / 2 * 1 / 2 + 1 / 2 * 2 / 10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("这是一只红色的狗。", list("这是一只红色的狗")),
        ("赤い犬が「走る」。", list("赤い犬が走る")),
        ("左边有2只iPhone手机 nearby.", [*"左边有", "2", "只", "iPhone", *"手机", "nearby."]),
        ("개 두 마리가 달린다.", ["개", "두", "마리가", "달린다."]),
    ],
)
def test_a_script_without_spaces_is_split_into_characters(text: str, words: list[str]) -> None:
    proposed = [{"certainty": n + 1, "start": n, "end": n + 1} for n in range(len(text))]
    found = mark_words(text, [], proposed, unread=False)
    at = [text.index(word) + len(word) for word in words]
    assert found.scores.tolist() == at, "each is proposed by its own last character"


def test_who_names_nothing_in_chinese_finds_nothing() -> None:
    text = "这是一只红色的狗。"
    silent = score_words([mark_words(text, [(4, 7)], [], unread=False)])
    sure = score_words([mark_words(text, [(4, 7)], [{"certainty": 60, "start": 4, "end": 7}], unread=False)])
    assert silent is not None
    assert sure is not None
    assert (silent.micro, silent.by_sentence) == (3 / 8, 3 / 8), "the share of wrong characters"
    assert (sure.micro, sure.by_sentence) == (1, 1)


def test_a_sentence_in_which_every_word_is_wrong_counts_only_beside_right_ones() -> None:
    silent = mark_words(TEXT, [(4, 7)], [], unread=False)
    whole = mark_words("Red dogs.", [(0, 9)], [], unread=False)
    found = score_words([silent, whole])
    assert found is not None
    assert (found.sentences, found.wrong_sentences, found.all_wrong) == (2, 1, 1)
    assert (found.micro, found.by_sentence, found.micro_with_right) == (1 / 4, 1 / 4, 3 / 6)
    alone = score_words([whole])
    assert alone is not None
    assert (alone.micro, alone.by_sentence, alone.all_wrong) == (None, None, 1)


def test_without_words_there_is_nothing_and_without_wrong_ones_no_figure() -> None:
    assert score_words([None, None]) is None
    found = score_words([mark_words(TEXT, [], [], unread=False)])
    assert found is not None
    assert (found.micro, found.micro_with_right, found.by_sentence) == (None, None, None)
    assert np.array_equal(mark_words("", [], [], unread=False).wrong, [])
