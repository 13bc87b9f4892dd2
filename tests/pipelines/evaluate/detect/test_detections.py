"""Rows of a detect run become columns: labels, scores, what is missing, and what hangs together."""

from pathlib import Path

import numpy as np
import pytest

from irloom.errors import RunDirError
from irloom.pipelines.evaluate.detect.detections import number_clusters, read_run, share_sentences
from support.detected import make_sentence, write_detect_run


def test_scores_are_read_and_what_has_none_is_told_apart(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(3)] + [make_sentence(3, "incorrect")]
    run = read_run(
        write_detect_run(tmp_path / "run", rows, [{"score": "90"}, {"score": None}, {}, {"score": "7.5"}])
    )
    assert run.scores.tolist() == [90.0, 50.0, 50.0, 7.5]
    assert (run.unread, run.failed, run.model, run.name) == (1, 1, "a-model", "run")
    assert run.columns.right.tolist() == [True, True, True, False]


def test_unknown_sentences_are_counted_and_take_part_in_nothing(tmp_path: Path) -> None:
    rows = [make_sentence(0, "correct"), make_sentence(1, "unknown")]
    run = read_run(write_detect_run(tmp_path / "run", rows, [{"score": "1"}, {}]))
    assert (len(run.columns), run.unknown, run.failed) == (1, 1, 0)


def test_a_similarity_without_an_answer_counts_as_the_median_of_the_others(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(4)]
    said = [{"score": "0.1"}, {"score": "0.3"}, {"score": "0.2"}, {}]
    run = read_run(write_detect_run(tmp_path / "run", rows, said, prompt="detector/similarity"))
    assert run.scores.tolist() == [0.1, 0.3, 0.2, 0.2]


def test_sentences_of_one_image_hang_together_and_so_do_four_of_winoground(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(4)]
    rows += [
        make_sentence(9 + 3 * number, "correct", pair="w1", side=side)
        for number, side in enumerate(["c0i0", "c0i1", "c1i0", "c1i1"])
    ]
    run = read_run(write_detect_run(tmp_path / "run", rows, [{"score": "1"}] * 8))
    clusters, number = number_clusters(run.columns)
    assert number == 3
    assert len(set(clusters[:3].tolist())) == 1
    assert len(set(clusters[4:].tolist())) == 1


def test_writers_and_sets_are_known_by_group(tmp_path: Path) -> None:
    rows = [make_sentence(0, "correct", writer="w-1"), make_sentence(1, "incorrect", group="LLaVA")]
    run = read_run(write_detect_run(tmp_path / "run", rows, [{"score": "1"}] * 2))
    assert run.writers == {"ShareGPT4V": ("w-1",)}
    assert run.sets == ("alignbench",)
    assert run.groups == ["LLaVA", "ShareGPT4V"]


def test_runs_are_brought_to_the_sentences_of_all_in_one_order(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(4)]
    other = [rows[2], rows[0], make_sentence(3, "incorrect"), make_sentence(8, "correct")]
    scores = [{"score": str(number)} for number in range(4)]
    runs = [
        read_run(write_detect_run(tmp_path / name, some, scores))
        for name, some in (("one", rows), ("two", other))
    ]
    (one, two), left_out = share_sentences(runs)
    assert one.columns.samples.tolist() == two.columns.samples.tolist() == ["s00000", "s00002"]
    assert (one.scores.tolist(), two.scores.tolist()) == ([0.0, 2.0], [1.0, 0.0])
    assert left_out == 4, "two that one of them lacks, and one that both have under two labels"


def test_sentences_of_two_sets_are_not_paired_by_their_names_alone(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(3)]
    other = [{**rows[0], "question": "Another set says this."}, *rows[1:]]
    runs = [
        read_run(write_detect_run(tmp_path / name, some, [{"score": "1"}] * 3))
        for name, some in (("one", rows), ("two", other))
    ]
    (one, _), left_out = share_sentences(runs)
    assert (one.columns.samples.tolist(), left_out) == (["s00001", "s00002"], 2)


def test_a_run_of_another_flow_or_without_a_label_is_refused(tmp_path: Path) -> None:
    rows = [make_sentence(0, "unknown")]
    with pytest.raises(RunDirError, match="are of unknown truth"):
        read_run(write_detect_run(tmp_path / "empty", rows, [{}]))
    with pytest.raises(RunDirError, match="flow 'ifbench'"):
        read_run(write_detect_run(tmp_path / "other", rows, [{}], flow="ifbench"))


def test_words_that_failed_are_there_with_no_certainty(tmp_path: Path) -> None:
    wrong = {"spans": [[2, 5]], "error_type": "Attribute"}
    rows = [make_sentence(number, "incorrect", **wrong) for number in range(2)]
    rows += [make_sentence(2, "incorrect")]
    words = '[{"text": "red", "certainty": 80, "start": 2, "end": 5}]'
    said = [{"score": "1", "words": words}, {"score": "1"}, {"score": "1", "words": words}]
    run = read_run(write_detect_run(tmp_path / "run", rows, said))
    first, failed, unmarked = run.columns.words
    assert first.scores.tolist() == [0, 80, 0, 0, 0, 0, 0, 0, 0]
    assert failed.unread
    assert not failed.scores.any()
    assert np.array_equal(failed.wrong, first.wrong)
    assert unmarked is None, "nobody told which of its words are wrong"
