"""A CIR run becomes a data set: sound, repeatable, and there as a whole or not at all."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.engine.commits import CommitLog
from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.errors import RunDirError, UserError
from irloom.flows import InfraredConfig
from irloom.pipelines.cir.dataset import DatasetOptions, DatasetReport, build_dataset
from irloom.sources.edir import check_edir, read_edir
from support.cir import Made, color, commit, make_run, make_seeds

EDITS = (
    color(1, "red"),
    color(2, "green"),
    color(3, "blue"),
    color(4, "red", family=2),
    Made(5, ((1, "white"), (2, "red")), family=3),
    Made(6, ((1, "white"), (2, "green")), family=3),
)
"""Of which the fourth asks for the same as the first."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that the tests copy."""
    return make_run(tmp_path_factory.mktemp("made") / "run", make_seeds("1", "2", "3", edits=EDITS))


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "run")


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_becomes_a_sound_data_set(run: Path, tmp_path: Path) -> None:
    report = build_dataset(run, tmp_path / "out", DatasetOptions())
    data = read_edir(tmp_path / "out")
    assert check_edir(data) == []
    assert [query.id for query in data.queries] == [
        f"{seed}_{edit}" for seed in "123" for edit in (1, 2, 3, 5, 6)
    ]
    assert data.instances[0].neg == ("1_2.png", "1_3.png", "1_5.png", "1_6.png")
    assert (report.queries, report.corpus, report.references, report.without_negatives) == (15, 15, 3, 0)
    assert len(read(tmp_path / "out" / "triplets.jsonl")) == 15


def test_an_image_of_a_dropped_edit_is_not_there(run: Path, tmp_path: Path) -> None:
    build_dataset(run, tmp_path / "out", DatasetOptions())
    names = {path.name for path in (tmp_path / "out" / "images").iterdir()}
    assert names == {f"{seed}_{edit}.png" for seed in "123" for edit in (0, 1, 2, 3, 5, 6)}


def test_what_was_dropped_is_listed_and_counted_with_the_reason(run: Path, tmp_path: Path) -> None:
    report = build_dataset(run, tmp_path / "out", DatasetOptions(quotas={"complex": 2}))
    dropped = read(tmp_path / "out" / "dropped.jsonl")
    assert dropped[0] == {
        "id": "1_4",
        "sample": "1",
        "task": "color.4",
        "subcategory": "color",
        "category": "twin",
        "reason": "it asks for the same as 1_1",
    }
    assert report.subcategories["color"].model_dump() == {"candidates": 12, "kept": 9, "dropped": {"twin": 3}}
    assert report.subcategories["complex"].model_dump() == {
        "candidates": 6,
        "kept": 2,
        "dropped": {"quota": 4},
    }
    assert len(dropped) == 7
    assert [(row["sample"], row["id"]) for row in dropped] == sorted(
        (row["sample"], row["id"]) for row in dropped
    )


def test_the_report_lies_beside_the_data_and_holds_no_time_and_no_path(run: Path, tmp_path: Path) -> None:
    report = build_dataset(run, tmp_path / "out", DatasetOptions())
    text = (tmp_path / "out" / "dataset.json").read_text()
    assert DatasetReport.model_validate_json(text) == report
    assert str(tmp_path) not in text


def test_the_order_of_commits_changes_no_byte(run: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", make_seeds("1", "2", "3", edits=EDITS[::-1]), order=("3", "1", "2"))
    options = DatasetOptions(quotas={"color": 4, "complex": 3}, seed=7)
    for root, out in ((run, "a"), (other, "b"), (run, "b")):
        build_dataset(root, tmp_path / out, options)
        assert contents(tmp_path / out) == contents(tmp_path / "a")


def test_references_are_searched_only_on_request(run: Path, tmp_path: Path) -> None:
    report = build_dataset(run, tmp_path / "out", DatasetOptions(with_references=True))
    data = read_edir(tmp_path / "out")
    assert [image.id for image in data.corpus[-3:]] == ["1_0.png", "2_0.png", "3_0.png"]
    assert (report.corpus, report.with_references) == (18, True)
    assert check_edir(data) == []


def test_only_committed_rows_of_the_last_attempt_count(run: Path, tmp_path: Path) -> None:
    log = CommitLog(run, "cir")
    log.recover()
    (first, *_) = [row for row in iterate_rows(run, "edits") if row["sample"] == "2"]
    commit(log, "2", ({**first, "attempt": 2, "query": "Another text."},), attempt=2)
    log.admit(Admission("4", 1, 0))
    log.close()
    with (run / "edits.jsonl").open("ab") as file:
        file.write(dump_line({**first, "sample": "4"}) + b'{"sam')
    build_dataset(run, tmp_path / "out", DatasetOptions())
    queries = {query.id: query.text for query in read_edir(tmp_path / "out").queries}
    assert [name for name in queries if name.startswith("2_")] == ["2_1"]
    assert queries["2_1"] == "Another text."
    assert not any(name.startswith("4_") for name in queries)


def test_a_crash_in_the_middle_leaves_the_old_data_set_whole(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build_dataset(run, out, DatasetOptions())
    before = contents(out)
    link, linked = Path.hardlink_to, 0

    def break_off(path: Path, target: Path) -> None:
        nonlocal linked
        linked += 1
        if linked == 5:
            raise KeyboardInterrupt
        link(path, target)

    monkeypatch.setattr(Path, "hardlink_to", break_off)
    with pytest.raises(KeyboardInterrupt):
        build_dataset(run, out, DatasetOptions(quotas={"color": 2}))
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "run"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("images/2-1-1.png", r"images/2-1-1\.png is not the picture that was committed: .*--reuse"),
        ("images/2.png", r"images/2\.png is not the picture that was committed"),
    ],
)
def test_a_spoilt_image_is_named_and_the_old_data_set_stays(
    name: str, message: str, run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build_dataset(run, out, DatasetOptions())
    before = contents(out)
    spoilt = run / name
    content = spoilt.read_bytes()
    spoilt.unlink()  # the data set's image is a link to it
    spoilt.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=message):
        build_dataset(run, out, DatasetOptions())
    assert contents(out) == before


def test_a_reference_that_is_gone_is_named(run: Path, tmp_path: Path) -> None:
    (run / "images" / "2.png").unlink()
    with pytest.raises(UserError, match=r"images/2\.png is missing"):
        build_dataset(run, tmp_path / "out", DatasetOptions())
    assert not (tmp_path / "out").exists()


def test_a_run_without_edits_makes_an_empty_data_set(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", make_seeds("1", edits=()))
    report = build_dataset(run, tmp_path / "out", DatasetOptions())
    assert (report.queries, report.subcategories) == (0, {})
    assert read_edir(tmp_path / "out").queries == ()


def test_options_are_those_of_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", {}, quotas={"color": 3}, seed=5)
    options = DatasetOptions.of_run(run)
    assert (options.quotas, options.seed, options.with_references) == ({"color": 3}, 5, False)
    assert DatasetOptions.of_run(run, with_references=True).with_references
    asked = make_run(tmp_path / "asked", {}, with_references=True)
    assert DatasetOptions.of_run(asked).with_references


def test_the_embedder_of_the_run_looks_for_near_duplicates_too(tmp_path: Path) -> None:
    from support.tiny_clip import register, save_untrained

    register(tmp_path, "tiny-for-edir")
    weights = save_untrained(tmp_path, "tiny-for-edir")
    embedder = {"kind": "open_clip", "model": "tiny-for-edir", "pretrained": str(weights), "device": "cpu"}
    run = make_run(tmp_path / "run", make_seeds("a", "b", edits=EDITS[:2]), embedder=embedder)
    report = build_dataset(run, tmp_path / "edir", DatasetOptions.of_run(run))
    assert report.embedder is not None
    assert "tiny-for-edir" in report.embedder
    assert report.limits["near_cosine"] > 0.9


def test_a_run_of_another_flow_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    config = InfraredConfig(images=Path("i"), captions=Path("c"))
    RunDirectory.create(tmp_path / "run", config, {}, [], {}, {"images": 0})
    with pytest.raises(RunDirError, match="is a run of the flow 'infrared', and makes no composed queries"):
        DatasetOptions.of_run(tmp_path / "run")


@pytest.mark.parametrize("name", ["images", "edits.jsonl", "journal", "images/out"])
def test_the_runs_own_files_are_never_replaced(name: str, run: Path) -> None:
    before = contents(run)
    with pytest.raises(UserError, match="is the run's own: name another"):
        build_dataset(run, run / name, DatasetOptions())
    with pytest.raises(UserError, match="which no export made"):
        build_dataset(run, run, DatasetOptions())
    assert contents(run) == before


@pytest.mark.parametrize("field", ["reference_sha256", "query", "hash_after"])
def test_edits_of_another_version_are_refused_with_what_they_lack(
    field: str, run: Path, tmp_path: Path
) -> None:
    log = CommitLog(run, "cir")
    log.recover()
    row = {**next(iterate_rows(run, "edits")), "attempt": 2}
    row["measured"] = {name: value for name, value in row["measured"].items() if name != field}
    commit(log, "1", ({name: value for name, value in row.items() if name != field},), attempt=2)
    log.close()
    with pytest.raises(
        RunDirError, match=f"sample 1 lacks '{field}', so the run was made by another version"
    ):
        build_dataset(run, tmp_path / "out", DatasetOptions())
    assert not (tmp_path / "out").exists()


def test_a_data_set_may_lie_in_its_run(run: Path) -> None:
    build_dataset(run, run / "edir", DatasetOptions())
    assert check_edir(read_edir(run / "edir")) == []
    with Image.open(run / "edir" / "images" / "1_1.png") as image:
        assert image.size == (320, 240)
