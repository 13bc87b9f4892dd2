"""`irloom demo` for real: the whole offline job, checked by what its rows say."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from offline.check_run import check_run, read_rows


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        assert main(["demo", "--out", str(folder / "run")]) == 0
    return folder / "run"


def test_every_sample_has_an_outcome_and_what_is_said_is_true_of_the_boxes(demo: Path) -> None:
    report = check_run(demo)
    assert report.samples == 7
    assert report.false == []
    assert report.statements > 30
    assert {"count", "relation", "place", "denial", "heat"} <= report.kinds.keys()
    assert report.coloured == [], "a colour rule stands from the start"
    assert report.with_boxes == 7


def test_the_demo_rejects_mines_and_accepts(demo: Path) -> None:
    rules = read_rows(demo / "rules.jsonl")
    mined = [row for row in rules if row["origin"] == "mined"]
    assert [row["category"] for row in mined] == ["material", "text", "lighting"]
    first_rounds = [row["rounds"][0]["verdict"] for row in read_rows(demo / "instructions.jsonl")]
    assert {"accept", "reject"} <= set(first_rounds)


def test_a_rejected_word_stood_in_a_caption_of_that_sample(demo: Path) -> None:
    originals: dict[str, str] = {}
    for row in read_rows(demo / "pairs.jsonl"):
        originals[row["sample"]] = originals.get(row["sample"], "") + " " + row["original"].lower()
    reasons = [
        (row["sample"], reason["reason"])
        for row in read_rows(demo / "instructions.jsonl")
        for reason in row["rounds"]
        if reason["verdict"] == "reject"
    ]
    assert reasons
    for sample, reason in reasons:
        words = [word.strip("' ") for word in reason.partition(": ")[2].rstrip(".").split(",")]
        assert all(word.lower() in originals[sample] for word in words), (sample, reason)


def test_after_a_rule_was_mined_later_captions_lack_its_words(demo: Path) -> None:
    rules = [row for row in read_rows(demo / "rules.jsonl") if row["origin"] == "mined"]
    for row in read_rows(demo / "pairs.jsonl"):
        standing = {rule["category"] for rule in rules if rule["version"] <= row["rules"]}
        chosen = next(one for one in row["candidates"] if one["text"] == row["caption"])
        assert chosen["breaks"] == [], (standing, row["caption"])


def test_each_pair_has_an_infrared_image_of_the_same_shape_and_its_temperatures(demo: Path) -> None:
    about = json.loads((demo / "run.json").read_text())
    for row in read_rows(demo / "pairs.jsonl"):
        with Image.open(demo / row["image"]) as infrared:
            assert infrared.mode == "L"
            size = infrared.size
        with Image.open(Path(about["config"]["images"]) / row["source"]) as visible:
            assert size[0] / size[1] == pytest.approx(visible.size[0] / visible.size[1], rel=0.01)
        assert all(thing["temperature_c"] is not None for thing in row["objects"])


def test_the_demo_runs_again_over_its_own_folder_and_over_no_other(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    again = shutil.copytree(demo, tmp_path / "again")
    assert main(["demo", "--out", str(again)]) == 0
    assert (again / "pairs.jsonl").read_bytes() == (demo / "pairs.jsonl").read_bytes()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    assert main(["demo", "--out", str(tmp_path / "mine")]) == 2
    assert "is no demo run" in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.tex").exists()


def test_samples_run_side_by_side_make_the_same_rows_without_mining(demo: Path, tmp_path: Path) -> None:
    config: dict[str, Any] = json.loads((demo / "run.json").read_text())["config"]
    options = [
        "--images",
        config["images"],
        "--captions",
        config["captions"],
        "--instances",
        config["instances"],
    ]
    for out, concurrency in (("one", "1"), ("many", "5")):
        arguments = ["run", "infrared", *options, "--no-mining", "--quiet"]
        assert main([*arguments, "--concurrency", concurrency, "--out", str(tmp_path / out)]) == 0
    for name in ("pairs", "instructions", "rejected", "failed"):
        one = sorted((tmp_path / "one" / f"{name}.jsonl").read_bytes().splitlines())
        assert sorted((tmp_path / "many" / f"{name}.jsonl").read_bytes().splitlines()) == one
    images = {path.name: path.read_bytes() for path in (tmp_path / "one" / "images").iterdir()}
    assert images == {path.name: path.read_bytes() for path in (tmp_path / "many" / "images").iterdir()}


def test_a_figure_and_edits_lie_beside_the_demo(demo: Path) -> None:
    (figure,) = read_rows(demo.with_name("run-figure") / "figures.jsonl")
    assert figure["outcome"] == "unjudged"
    edited = demo.with_name("run-edits")
    edits = read_rows(edited / "edits.jsonl")
    assert len(edits) >= 4
    assert {row["sample"] for row in edits} == {"1", "2"}
    for row in edits:
        with Image.open(edited / row["image"]) as target, Image.open(edited / row["reference"]) as seed:
            assert target.size == seed.size
