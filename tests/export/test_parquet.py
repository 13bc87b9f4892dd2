"""`datasets` and TRL read what is written, images and all."""

from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest
from trl.data_utils import prepare_multimodal_messages

from irloom.export import parquet
from irloom.export.options import ExportOptions
from irloom.export.run import export_run
from support.small_run import SmallRun, draw_image

HALVES = {"train": 0.5, "test": 0.5}


def load(folder: Path, cache: Path) -> Any:
    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), cache_dir=str(cache))


SWIFT = {
    *("videos", "audios", "tools", "objects", "label", "channel", "margin", "rejected_messages"),
    *("rejected_response", "rejected_images", "positive_messages", "negative_messages", "query", "response"),
}
"""What ms-swift 4.6 reads of a row beside `messages` and `images`."""


@pytest.fixture
def folder(run: SmallRun, tmp_path: Path) -> Path:
    export_run(
        run.root, tmp_path / "out", ExportOptions(form="parquet", splits=HALVES, seed=1, unjudged=True)
    )
    return tmp_path / "out"


def test_datasets_loads_the_folder_by_its_card_and_decodes_the_images(folder: Path, tmp_path: Path) -> None:
    loaded = load(folder, tmp_path / "cache")
    assert sorted(loaded) == ["test", "train"]
    rows = [row for split in loaded.values() for row in split]
    assert sorted(row["id"] for row in rows) == ["1-reasoning", "2-reasoning", "3-reasoning", "4-description"]
    assert {row["images"][0].size for row in rows} == {(64, 64)}
    assert {row["outcome"] for row in rows} == {"accepted", "unjudged"}


def test_the_card_names_the_features_as_datasets_does(folder: Path, tmp_path: Path) -> None:
    loaded = load(folder, tmp_path / "cache")
    assert loaded["train"].features._to_yaml_list() == [dict(one) for one in parquet.FEATURES]


def test_trl_puts_each_image_where_its_mark_stood(folder: Path, tmp_path: Path) -> None:
    row = load(folder, tmp_path / "cache")["train"][0]
    user, assistant = prepare_multimodal_messages(row["messages"], row["images"])
    assert [block["type"] for block in user["content"]] == ["image", "text"]
    assert user["content"][0]["image"] is row["images"][0]
    assert user["content"][1]["text"] == "What is there?"
    assert assistant["content"][0]["text"] in {"It rests.", "He reads.", "A man."}


def test_a_split_without_rows_does_not_keep_the_others_from_loading(run: SmallRun, tmp_path: Path) -> None:
    options = ExportOptions(form="parquet", splits=HALVES, samples=frozenset({"2"}))
    report = export_run(run.root, tmp_path / "out", options)
    assert sorted(report.splits.values()) == [0, 1]
    (split,) = load(tmp_path / "out", tmp_path / "cache").values()
    assert [row["sample"] for row in split] == ["2"]


@pytest.mark.parametrize("data", ["pairs", "instructions"])
def test_large_data_are_cut_into_row_groups_and_files(
    data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = SmallRun(tmp_path / "run")
    size = len(draw_image(0))
    for number in range(20):
        run.add(str(number), draw_image(number), ["A.", "B."], [("reasoning", "C."), ("description", "D.")])
    monkeypatch.setattr(parquet, "GROUP_BYTES", 5 * size)
    monkeypatch.setattr(parquet, "SHARD_BYTES", 7 * size)
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data=data))
    files = sorted((tmp_path / "out/data").iterdir())
    assert [file.name for file in files] == [
        f"train-{place:05d}-of-{len(files):05d}.parquet" for place in range(len(files))
    ]
    assert len(files) > 1
    groups = [pq.ParquetFile(file).metadata for file in files]
    assert max(one.row_group(place).num_rows for one in groups for place in range(one.num_row_groups)) <= 6
    loaded = load(tmp_path / "out", tmp_path / "cache")["train"]
    assert [row["sample"] for row in loaded] == [str(number) for number in range(20) for _ in range(2)]


def test_an_image_that_many_rows_show_is_stored_once(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for number in range(10):
        run.add(str(number), draw_image(number), [f"Caption {place}." for place in range(10)])
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data="pairs"))
    (file,) = (tmp_path / "out/data").iterdir()
    images = sum(path.stat().st_size for path in (run.root / "images").iterdir())
    assert file.stat().st_size < 4 * images, "each is shown ten times"


def test_no_column_is_called_as_a_field_that_a_trainer_reads_otherwise() -> None:
    assert not SWIFT & {column["name"] for column in parquet.FEATURES}
