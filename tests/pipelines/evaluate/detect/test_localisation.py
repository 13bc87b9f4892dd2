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


def test_without_words_there_is_nothing_and_without_wrong_ones_no_figure() -> None:
    assert score_words([None, None]) is None
    found = score_words([mark_words(TEXT, [], [], unread=False)])
    assert found is not None
    assert (found.micro, found.micro_with_right, found.by_sentence) == (None, None, None)
    assert np.array_equal(mark_words("", [], [], unread=False).wrong, [])
