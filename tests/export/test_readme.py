"""The README of an export is a data card that the Hub can read."""

from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard

from irloom.export.options import ExportOptions
from irloom.export.run import export_run
from support.small_run import SmallRun, draw_image


def card(run: SmallRun, out: Path, **options: Any) -> Any:
    export_run(run.root, out, ExportOptions(**options))
    return DatasetCard.load(out / "README.md")


def test_the_front_matter_leads_to_the_files(run: SmallRun, tmp_path: Path) -> None:
    halves = {"train": 0.5, "test": 0.5}
    data = card(run, tmp_path / "out", form="messages", splits=halves, seed=1).data.to_dict()
    files = [entry["path"] for entry in data["configs"][0]["data_files"]]
    assert files == ["data/train.jsonl", "data/test.jsonl"]
    assert all((tmp_path / "out" / file).is_file() for file in files)
    assert (data["license"], data["license_name"]) == ("other", "to-be-chosen")
    assert data["size_categories"] == ["n<1K"]


@pytest.mark.parametrize("form", ["sharegpt", "parquet"])
def test_the_card_says_which_rows_are_in_it(form: str, run: SmallRun, tmp_path: Path) -> None:
    text = card(
        run,
        tmp_path / "out",
        form=form,
        data="pairs",
        outcomes=("accepted",),
        min_score=0.4,
        drop_duplicates="exact",
        splits={"train": 0.5, "test": 0.5},
    ).text
    assert "Conditions: outcome accepted; score of the chosen caption at least 0.4." in text
    assert "2 rows of the run did not fit them." in text
    assert "1 rows were dropped as exact duplicates" in text
    assert "images that are alike are in one split" in text
    assert "| translator | radiometric | 4 |" in text


def test_the_language_is_that_of_the_rows(run: SmallRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert card(run, out, form="parquet", data="pairs").data.to_dict()["language"] == ["en"]
    for number in range(5, 13):
        run.add(str(number), draw_image(number), ["图像中有一只狗。"])
    assert card(run, out, form="parquet", data="pairs").data.to_dict()["language"] == ["zh", "en"]
    for number in range(13, 16):
        run.add(str(number), draw_image(number), ["A."], language="cn")
    options = {"form": "parquet", "data": "pairs", "samples": frozenset({"13", "14"})}
    assert card(run, out, **options).data.to_dict()["language"] == ["zh"]
