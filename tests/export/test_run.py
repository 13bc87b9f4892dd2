"""An export is whole, the same every time, and says what it left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import UserError
from irloom.export.options import ExportOptions, Form
from irloom.export.run import ExportReport, export_run
from support.small_run import SmallRun

FORMS: tuple[Form, ...] = ("llava", "sharegpt", "messages", "parquet")
HALVES = {"train": 0.5, "test": 0.5}


def export(run: SmallRun, out: Path, form: Form, **options: Any) -> ExportReport:
    """Also rows that nobody judged, if nothing else is said."""
    return export_run(run.root, out, ExportOptions(form=form, **{"unjudged": True, **options}))


def read_tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_run_and_options_give_the_same_bytes(form: Form, run: SmallRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    trees = []
    for _ in range(2):
        export(run, out, form, data="pairs", splits=HALVES, drop_duplicates="near")
        trees.append(read_tree(out))
    assert trees[0] == trees[1]
    assert {"README.md", "export.json", "dropped.jsonl"} < trees[0].keys()


@pytest.mark.parametrize("form", FORMS)
def test_every_row_is_in_one_split_or_dropped_or_passed_over(
    form: Form, run: SmallRun, tmp_path: Path
) -> None:
    report = export(run, tmp_path / "out", form, data="pairs", splits=HALVES, drop_duplicates="exact")
    assert (report.rows, report.dropped, report.passed_over) == (6, 1, 0)
    about = json.loads((tmp_path / "out" / "export.json").read_text())
    assert about["rows"] == report.splits
    assert about["options"]["splits"] == HALVES
    few = export(run, tmp_path / "few", form, splits=HALVES, tasks=("description",))
    assert (few.rows, few.passed_over) == (1, 3)


def test_json_in_splits_is_a_file_a_split(run: SmallRun, tmp_path: Path) -> None:
    report = export(run, tmp_path / "out", "llava", splits=HALVES, seed=1)
    found = {name: json.loads((tmp_path / "out/data" / f"{name}.json").read_text()) for name in HALVES}
    assert {name: len(items) for name, items in found.items()} == report.splits
    assert {item["id"] for items in found.values() for item in items} == {
        "1-reasoning",
        "2-reasoning",
        "3-reasoning",
        "4-description",
    }


def test_duplicates_of_one_file_are_told_beside_it(run: SmallRun, tmp_path: Path) -> None:
    export(run, tmp_path / "out.jsonl", "messages", drop_duplicates="exact")
    lines = (tmp_path / "out.jsonl.dropped.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"id": "3-reasoning", "reason": "exact: the same text and image", "of": "1-reasoning"}
    ]
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


def test_a_folder_that_no_export_made_is_left_alone(run: SmallRun, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "README.md").write_text("mine")
    with pytest.raises(UserError, match=r"holds 'README\.md', which no export made"):
        export(run, own, "parquet")
    assert read_tree(own) == {"README.md": b"mine"}
    with pytest.raises(UserError, match="is a folder: name a file"):
        export(run, own, "llava")


def test_a_missing_image_stops_what_holds_images_and_leaves_the_old_export(
    run: SmallRun, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(run, out, "parquet")
    before = read_tree(out)
    (run.root / "images/4.png").unlink()
    with pytest.raises(UserError, match=r"4\.png cannot be read, and belongs into the export"):
        export(run, out, "parquet")
    assert read_tree(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "run"]
    assert export(run, tmp_path / "out.json", "llava").missing == {"images/4.png"}


def test_a_disk_that_refuses_is_one_message(run: SmallRun, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write"):
        export(run, tmp_path / "file" / "out", "parquet")


def test_what_was_dropped_changes_with_the_file_that_it_stands_beside(
    run: SmallRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, beside = tmp_path / "out.json", tmp_path / "out.json.dropped.jsonl"
    export(run, out, "llava", data="pairs", drop_duplicates="near")
    before = read_tree(tmp_path)
    assert before["out.json.dropped.jsonl"]

    def fail(*_: object) -> None:
        raise UserError("Cannot write out.json: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr("irloom.export.run.replace_known", fail)
        with pytest.raises(UserError, match="No space"):
            export(run, out, "llava", data="pairs", drop_duplicates="exact")
        assert read_tree(tmp_path) == before
    export(run, out, "llava", data="pairs")
    assert not beside.exists(), "nothing was dropped"


def test_a_list_that_no_export_wrote_is_left_alone(run: SmallRun, tmp_path: Path) -> None:
    beside = tmp_path / "out.json.dropped.jsonl"
    beside.write_text("mine\n")
    export(run, tmp_path / "out.json", "llava", data="pairs")
    assert beside.read_text() == "mine\n"
