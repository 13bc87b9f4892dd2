"""The embedded default over real files: sentences of annotations, and a panel that may judge them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.alignment import LabelledSentence
from irloom.cli.main import main
from irloom.engine.summary import summarise
from irloom.records import Sample
from support.align_runs import Run, rows
from support.panel_server import PanelServer, correct
from support.scene_files import write_scenes
from support.skewed_scenes import draw_scenes

EMPTY = Sample(id="empty", image="", width=640, height=480)


@pytest.fixture
def annotated(tmp_path: Path) -> list[str]:
    """Options for twelve drawn scenes, and an image of which nothing is certain."""
    return write_scenes(tmp_path, [*draw_scenes(12, seed=2), EMPTY])


def test_without_captioners_sentences_are_made_of_annotations_and_say_so(
    annotated: list[str], run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = run(*annotated, "--quiet")
    capsys.readouterr()
    assert main(["inspect", str(root)]) == 0
    assert "chat by" not in capsys.readouterr().out, "nobody was asked"
    found = rows(root)
    assert len(found) > 40
    assert {(row["made"], row["group"], row["model"], row["image_type"]) for row in found} == {
        (True, "made", "irloom", "real")
    }
    assert {row["annotation"] for row in found} == {"correct", "incorrect"}
    for row in found:
        words = [row["caption"][start:end] for start, end in row["spans"]]
        assert words == row["error_words"]
        assert bool(words) == (row["annotation"] == "incorrect") == (row["error_type"] is not None)
        assert (root / row["image"]).is_file()
    assert "13" in [row["sample"] for row in rows(root, "rejected")]
    assert summarise(root).outcomes == {"accepted": 11, "rejected": 2}, "one scene is empty"


def test_rows_fit_the_record_that_detectors_read(annotated: list[str], run: Run) -> None:
    for row in rows(run(*annotated, "--quiet")):
        LabelledSentence(
            id=f"{row['sample']}-{row['sentence_index']}",
            group=row["group"],
            image=row["image"],
            text=row["caption"],
            label=row["annotation"],
            position=row["sentence_index"],
            spans=row["spans"],
            error_type=row["error_type"],
            votes={label: row[f"n_{label}"] for label in ("correct", "incorrect", "unknown")},
            domain=row["domain"],
        )


def test_a_run_is_the_same_whatever_the_order_and_a_resume_goes_on_alike(
    annotated: list[str], run: Run
) -> None:
    whole = rows(run(*annotated, "--quiet", "--concurrency", 1))
    root = run(*annotated, "--quiet", "--limit", 4, out="part")
    assert main(["resume", str(root), "--quiet", "--limit", "100", "--concurrency", "7"]) == 0

    def order(row: Mapping[str, Any]) -> tuple[str, int]:
        return row["sample"], row["sentence_index"]

    assert sorted(rows(root), key=order) == sorted(whole, key=order)


def test_a_panel_on_made_sentences_is_put_to_the_test_and_changes_no_label(
    annotated: list[str], run: Run, panel: PanelServer
) -> None:
    panel.judges = {"j2": lambda number, sentence: {**correct(number, sentence), "label": "unknown"}}
    root = run(*annotated, "--judges", "j1,j2", *panel.options)
    found = rows(root)
    assert panel.asked_of("panel/judge") == {"j1": 11, "j2": 11}
    assert {row["annotation"] for row in found} == {"correct", "incorrect"}
    assert {(row["n_correct"], row["n_incorrect"], row["n_unknown"]) for row in found} == {(1, 0, 1)}
    lines = map(json.loads, (root / "commits.jsonl").read_text().splitlines())
    told = [line["panel"] for line in lines if line["event"] == "commit" and line["sentences"]]
    assert told == [["disagrees", "misjudges what was made"]] * 11


def test_the_run_is_exported_in_the_published_form(annotated: list[str], run: Run, tmp_path: Path) -> None:
    root, out = run(*annotated, "--quiet"), tmp_path / "set"
    assert main(["export", str(root), "--format", "alignbench", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in (out / "alignbench.jsonl").read_text("utf-8").splitlines()]
    assert list(lines[0])[:16] == [
        *("model", "image_source", "image_name", "image_type", "sentence_index", "caption", "annotation"),
        *("error_type", "error_words", "agreement_ratio", "fleiss_Pi", "n_correct", "n_incorrect"),
        *("n_unknown", "image_url", "image_path_in_repo"),
    ]
    assert all((out / line["image_path_in_repo"]).is_file() for line in lines)
    assert len({line["image_path_in_repo"] for line in lines}) == len(list((out / "images").iterdir())) == 11
    with (out / "fleiss_per_item.csv").open(encoding="utf-8", newline="") as file:
        items = list(csv.DictReader(file))
    assert len(items) == len(lines) == len(rows(root))
    card = (out / "README.md").read_text("utf-8")
    assert "right or wrong as far as the annotations are" in card
    assert {line["licence_code"] for line in lines} == {"unknown"}
    assert {json.loads(line["provenance"])["flow"] for line in lines} == {"align"}
    assert all(line["image_group"] for line in lines)
    assert (out / "recipe" / "run.json").is_file()
    assert len((out / "attribution.jsonl").read_text("utf-8").splitlines()) == 11
    assert "| unknown | 11 |" in card
    assert "irloom-rules is a rule engine" not in card, "nobody was asked"


def test_sentences_go_by_the_licence_of_their_picture(
    annotated: list[str], run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = run(*annotated, "--quiet"), tmp_path / "set"
    command = ["export", str(root), "--format", "alignbench", "--out", str(out), "--licence", "by"]
    assert main(command) == 2
    assert f"sentences of {root} has a licence of by" in capsys.readouterr().err
    assert not out.exists()


def test_a_picture_that_was_changed_or_is_a_link_is_not_exported(
    annotated: list[str], run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = run(*annotated, "--quiet"), tmp_path / "set"
    picture = root / rows(root)[0]["image"]
    content = picture.read_bytes()
    picture.write_bytes(content[: len(content) // 2])
    assert main(["export", str(root), "--format", "alignbench", "--out", str(out)]) == 2
    assert f"{picture} is not the picture that was committed" in capsys.readouterr().err
    (tmp_path / "secret").write_bytes(content)
    picture.unlink()
    picture.symlink_to(tmp_path / "secret")
    assert main(["export", str(root), "--format", "alignbench", "--out", str(out)]) == 2
    assert "is a link" in capsys.readouterr().err
    assert not out.exists()


def test_the_card_states_how_far_the_judges_agree(
    photos: Path, run: Run, panel: PanelServer, tmp_path: Path
) -> None:
    panel.judges = {
        "j1": lambda number, sentence: {"label": "unknown"} if number == 1 else {"label": "correct"}
    }
    root = run("--images", photos, "--captioners", "m1", "--judges", "j1,j2", *panel.options)
    out = tmp_path / "set"
    assert main(["export", str(root), "--format", "alignbench", "--out", str(out)]) == 0
    card = (out / "README.md").read_text("utf-8")
    assert "Fleiss' kappa" in card
    assert "over 6 of 6 sentences" in card
    with (out / "fleiss_per_item.csv").open(encoding="utf-8", newline="") as file:
        assert [row["fleiss_Pi"] for row in csv.DictReader(file)] == ["0.0", "1.0", "1.0"] * 2


def test_sentences_that_nobody_judged_stay_out_unless_asked_for(
    photos: Path, run: Run, panel: PanelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--images", photos, "--captioners", "m1,m2", *panel.options)
    command = ["--format", "alignbench", "--out", str(tmp_path / "set")]
    root = run(*options)
    assert main(["export", str(root), *command]) == 2
    assert f"{len(rows(root)):,} sentences were judged by nobody" in capsys.readouterr().err
    assert not (tmp_path / "set").exists()
    half = run(*options, "--judges", "m1", out="half")
    assert main(["export", str(half), *command]) == 0
    assert "6 that nobody judged were left out: --unjudged takes them" in capsys.readouterr().out
    lines = [json.loads(line) for line in (tmp_path / "set/alignbench.jsonl").read_text().splitlines()]
    assert {(line["group"], *line["judges"]) for line in lines} == {("m2", "m1")}
    assert main(["export", str(half), *command, "--unjudged"]) == 0
    assert len((tmp_path / "set/alignbench.jsonl").read_text().splitlines()) == 12


def test_a_run_of_another_flow_has_no_such_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from support.small_run import SmallRun

    run = SmallRun(tmp_path / "other")
    run.log.close()
    assert main(["export", str(run.root), "--format", "alignbench", "--out", str(tmp_path / "set")]) == 2
    assert "the sentences of `irloom run align`" in capsys.readouterr().err
