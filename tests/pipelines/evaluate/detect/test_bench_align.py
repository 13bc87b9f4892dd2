"""`irloom bench align` tells detectors' scores as tables, a picture, a page and JSON."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.errors import ConfigError, IrloomError
from irloom.pipelines.evaluate.detect import bench
from irloom.pipelines.evaluate.detect.mistakes import cut
from irloom.pipelines.evaluate.detect.published import choose_published, read_published
from support.detected import Said, draw_pictures, make_sentence, write_detect_run


def make_run(root: Path, skill: float, **more: Any) -> Path:
    """Ninety sentences about thirty pictures; some are unread, failed or unknown."""
    random = np.random.default_rng(int(skill))
    rows, said = [], list[Said]()
    for number in range(90):
        label = "unknown" if number == 80 else "incorrect" if number % 4 == 0 else "correct"
        wrong = {"error_type": "Attribute", "spans": [[2, 5]]} if label == "incorrect" else {}
        group = ("ShareGPT4V", "LLaVA")[number // 4 % 2]
        rows.append(make_sentence(number, label, group=group, **wrong, **more))
        score = random.normal(50 + skill * (label == "correct"), 15)
        known: Said = {"score": None if number == 7 else str(min(max(round(score), 0), 100))}
        said.append({} if number in (9, 80) else known)
    write_detect_run(root, rows, said, model=f"model-{root.name}")
    draw_pictures(root, 30)
    return root


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("bench")
    return make_run(folder / "good", 30), make_run(folder / "poor", 5)


def run_bench(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    assert bench.main(parser.parse_args([str(one) for one in arguments])) == 0
    return capsys.readouterr().out


def test_the_tables_tell_groups_places_types_and_what_is_missing(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = run_bench(capsys, runs[0])
    lines = [line.split() for line in said.splitlines()]
    whole, *_ = (line for line in lines if line[:1] == ["good"])
    assert (whole[1], whole[-3:]) == ("89", ["1", "1", "1"])
    assert [line[1:3] for line in lines if line[:1] == ["mean"]] == [["67", "22"]]
    assert [line[:2] for line in lines if line[:1] == ["Attribute"]] == [["Attribute", "22"]]
    assert ["position", "correct", "mean", "score", "incorrect", "mean", "score"] in lines
    assert "good: 1 unread and 1 failed sentences count as 50; `read only` leaves them out." in said
    assert "1 sentences that nobody could label" in said
    assert "DeLong's" in said
    assert "for orientation only" in said
    assert "Ensembles" not in said


def test_sentences_without_a_right_word_are_counted_in_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        make_sentence(0, "incorrect", question="Red dog.", spans=[[0, 8]]),
        make_sentence(1, "incorrect", question="Red dog.", spans=[[0, 3]]),
        make_sentence(2, "correct"),
    ]
    said: list[Said] = [{"score": "1", "words": "[]"}] * 3
    told = run_bench(capsys, write_detect_run(tmp_path / "run", rows, said))
    assert "run: 1 sentences in which every word is wrong count only where right sentences" in told
    assert "no words were read" not in told, "nothing is missing"
    lines = [line.split() for line in told.splitlines() if "words of wrong sentences pooled" in line]
    assert [line[-2:] for line in lines] == [["1", "50.0"]]


def test_a_group_of_one_class_is_told_as_not_defined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [make_sentence(0, "correct"), make_sentence(1, "correct")]
    said = run_bench(capsys, write_detect_run(tmp_path / "run", rows, [{"score": "1"}] * 2))
    assert "not defined" in said
    assert "AUROC is not defined for ShareGPT4V (one class only), which the mean leaves out." in said


def test_the_mean_counts_the_sentences_of_the_groups_that_are_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [make_sentence(n, "correct" if n % 2 else "incorrect") for n in range(6)]
    rows += [make_sentence(n, "correct", group="all right") for n in range(6, 10)]
    said: list[Said] = [*[{"score": "1"}] * 5, {}, {"score": None}, {}, *[{"score": "1"}] * 2]
    told = run_bench(capsys, write_detect_run(tmp_path / "run", rows, said))
    (mean,) = (line.split() for line in told.splitlines() if line.split()[:1] == ["mean"])
    assert (mean[1:3], mean[-2:]) == (["3", "3"], ["0", "1"])


def test_two_runs_are_compared_and_combined(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = run_bench(capsys, *runs)
    assert "Against good, on the sentences of both" in said
    assert "poor - good" in said
    assert "Chosen ensemble: good + poor" in said
    assert "Self-preference" in said


def test_json_has_every_figure_and_the_filter_where_it_is_wanted(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(run_bench(capsys, *runs, "--json"))
    first = found["runs"][0]
    values = [group["auroc"]["value"] for group in first["groups"]]
    assert first["mean"]["value"] == pytest.approx(np.mean(values))
    assert first["mean"]["low"] < first["mean"]["value"] < first["mean"]["high"]
    assert (first["unread"], first["failed"], first["unknown"], first["model"]) == (1, 1, 1, "model-good")
    assert found["ensemble"]["folds"] == 5
    assert found["differences"][0]["run"] == "poor"
    assert "filter" not in first
    filtered = json.loads(run_bench(capsys, runs[0], "--json", "--filter"))["runs"][0]["filter"]
    assert (filtered["sentences"], filtered["errors"], filtered["scoreless"]) == (89, 22, 2)
    assert filtered["lines"][0]["kept"] == 87


def test_the_filter_says_what_is_there_before_and_after(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--verify-above" not in run_bench(capsys, runs[0])
    lines = [line.split() for line in run_bench(capsys, runs[0], "--filter").splitlines()]
    assert ["none", "89", "100.0", "22", "24.7", "100.0"] in lines
    head = "good: what a threshold keeps (never 2 unread and failed sentences, which `none` counts)"
    assert head.split() in lines
    assert lines[lines.index(["none", "89", "100.0", "22", "24.7", "100.0"]) - 1][0] == "--verify-above"


def test_thresholds_of_an_embedder_are_not_offered_to_verify_by(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [make_sentence(0, "incorrect"), make_sentence(1, "correct")]
    said: list[Said] = [{"score": "0.12"}, {"score": "0.31"}]
    root = write_detect_run(tmp_path / "run", rows, said, prompt="detector/similarity")
    told = run_bench(capsys, root, "--filter")
    assert "--verify-above" not in told
    assert "similarity from" in told
    filtered = json.loads(run_bench(capsys, root, "--json", "--filter"))["runs"][0]["filter"]
    assert filtered["verifies"] is False


def test_intervals_follow_from_resamples_and_seed_alone(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = [run_bench(capsys, runs[0], "--json", "--resamples", "50", "--seed", seed) for seed in "112"]
    assert drawn[0] == drawn[1] != drawn[2]
    assert "a bootstrap of 50 resamples" in run_bench(capsys, runs[0], "--resamples", "50")


@pytest.mark.parametrize("name", ["../secret.png", "/SECRET", "images/../../secret.png", "..\\secret.png"])
def test_no_picture_outside_of_a_run_is_put_into_a_page(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 30), (250, 10, 10)).save(secret)
    named = [name.replace("/SECRET", str(secret))]
    rows = [
        make_sentence(number, "incorrect" if number < 2 else "correct", images=named) for number in range(6)
    ]
    said = [{"score": "100" if number < 2 else "1"} for number in range(6)]
    root = write_detect_run(tmp_path / "run", rows, said)
    run_bench(capsys, root, "--report", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text("utf-8")
    assert '<article class="case">' in page
    assert "data:image" not in page


def test_a_picture_and_a_page_are_written(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run_bench(capsys, *runs, "--plot", tmp_path / "p.png", "--report", tmp_path / "p.html")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "p.html").read_text("utf-8")
    cases = page.count('<article class="case">')
    assert cases
    assert page.count("<section") == -(-cases // 20)
    assert "A <mark>red</mark> dog sits" in page
    assert "data:image/jpeg;base64," in page
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_a_sentence_without_a_score_is_no_mistake_and_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [make_sentence(n, "incorrect" if n < 4 else "correct", spans=[]) for n in range(8)]
    said: list[Said] = [{"score": "10"}, {}, {"score": None}, {"score": "90"}, *[{"score": "20"}] * 4]
    one = write_detect_run(tmp_path / "one", rows, said)
    run_bench(capsys, one, "--report", tmp_path / "one.html")
    page = (tmp_path / "one.html").read_text("utf-8")
    assert "<span>s00003</span>" in page
    assert "<span>s00001</span>" not in page, "it failed"
    assert "<span>s00002</span>" not in page, "it is unread"
    assert "Left out are 2 sentences of which no score was read." in page
    other = write_detect_run(tmp_path / "other", rows, [{"score": "10"}, {"score": "99"}, *said[2:]])
    run_bench(capsys, one, other, "--report", tmp_path / "both.html")
    page = (tmp_path / "both.html").read_text("utf-8")
    assert "<span>s00001</span>" in page, "one of the two is sure of it"
    assert "Left out are 1 sentences" in page


@pytest.mark.parametrize(("option", "name"), [("--plot", "out.png"), ("--report", "out.html")])
def test_what_cannot_be_written_is_a_message(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, name: str
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(IrloomError, match=r"(cannot be written|Cannot write)"):
        run_bench(capsys, runs[0], option, tmp_path / "file" / name)


def test_domains_of_the_data_are_kept_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_run(tmp_path / "run", 10, domain="Food")
    names = tmp_path / "names.txt"
    names.write_text("night\nday\n", "utf-8")
    said = run_bench(capsys, root, "--domains", names)
    assert "run: domains are those of the data; --domains adds none." in said
    assert "run, by domain" in said


def test_an_embedder_without_domains_and_one_that_reads_nothing_are_refused(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="--embedder serves --domains"):
        run_bench(capsys, runs[0], "--embedder", "open_clip")
    names, settings = tmp_path / "names.txt", tmp_path / "settings.toml"
    names.write_text("night\nday\n", "utf-8")
    settings.write_text('[embedder]\nkind = "pixels"\n', "utf-8")
    with pytest.raises(ConfigError, match="'pixels' knows no texts"):
        run_bench(capsys, runs[0], "--domains", names, "--config", settings)


def test_published_tables_are_whole_and_chosen_by_their_columns() -> None:
    for table in read_published():
        for row in table.rows:
            assert len(row.values) in (0, len(table.columns))
            if row.values and row.mean is not None:
                assert np.mean(row.values) == pytest.approx(row.mean, abs=0.25), row.detector
    assert [table.name for table in choose_published(["foil"])] == ["other sets"]
    assert [table.name for table in choose_published(["gpt4o"])] == ["AlignBench", "HalDec-Bench"]
    assert [table.name for table in choose_published(["my own"])] == ["AlignBench"]


def test_a_sentence_is_cut_at_its_wrong_words_and_loses_nothing() -> None:
    assert cut("A red dog.", [(2, 5), (4, 9)]) == [("A ", False), ("red dog", True), (".", False)]
    assert cut("Red.", [(0, 4)]) == [("Red.", True)]
    assert cut("Red.", []) == [("Red.", False)]
