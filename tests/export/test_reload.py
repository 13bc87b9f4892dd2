"""Each form is loaded back by `datasets`, also where it takes the place of an earlier export."""

from pathlib import Path
from typing import Any

import datasets
import pytest

from irloom.engine.texts import digest_text
from irloom.export.options import ExportOptions, Form
from irloom.export.run import export_run
from support.small_run import SmallRun, draw_image

FORMS: tuple[Form, ...] = ("parquet", "llava", "messages", "sharegpt")


def load(folder: Path, cache: Path) -> Any:
    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), cache_dir=str(cache))


def list_ids(loaded: Any) -> dict[str, list[str]]:
    return {name: list(split["id"]) for name, split in loaded.items()}


@pytest.mark.parametrize("form", FORMS)
def test_a_second_export_into_one_folder_is_what_datasets_loads(
    form: Form, run: SmallRun, tmp_path: Path
) -> None:
    out, cache = tmp_path / "out", tmp_path / "cache"
    options = ExportOptions(form=form, data="pairs", copy_images=form != "parquet")
    export_run(run.root, out, options)
    first = list_ids(load(out, cache))
    run.add("5", draw_image(5), ["A new one."])
    export_run(run.root, out, options)
    second = list_ids(load(out, cache))
    assert second == {"train": [*first["train"], "5-0"]}


def test_the_version_is_that_of_the_content(run: SmallRun, tmp_path: Path) -> None:
    cards = []
    for data in ("pairs", "pairs", "instructions"):
        export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data=data))
        cards.append((tmp_path / "out" / "README.md").read_text())
    versions = [line for card in cards for line in card.splitlines() if "version:" in line]
    assert versions[0] == versions[1] != versions[2]


def test_a_split_called_val_is_validation_in_parquet(run: SmallRun, tmp_path: Path) -> None:
    for number in range(5, 20):
        run.add(str(number), draw_image(number), ["A."])
    splits = {"train": 0.5, "val": 0.5}
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data="pairs", splits=splits))
    assert sorted(load(tmp_path / "out", tmp_path / "cache")) == ["train", "validation"]
    names = sorted(path.name.partition("-")[0] for path in (tmp_path / "out/data").iterdir())
    assert names == ["train", "validation"]


@pytest.mark.parametrize("form", ["llava", "messages", "sharegpt"])
def test_copied_images_lie_where_the_items_say(form: Form, run: SmallRun, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_run(run.root, out, ExportOptions(form=form, data="pairs", copy_images=True))
    (split,) = load(out, tmp_path / "cache").values()
    shown = [row["image"] if form == "llava" else row["images"][0] for row in split]
    assert shown[0] == "images/1.png"
    assert all((out / name).read_bytes() == (run.root / name).read_bytes() for name in shown)
    assert len(list((out / "images").iterdir())) == 4


def test_provenance_is_in_the_columns_and_costs_the_loader_nothing(run: SmallRun, tmp_path: Path) -> None:
    rounds = [{"round": 1, "verdict": "accept", "by": "judge", "category": None, "reason": "", "rule": None}]
    things = [{"label": "dog", "box": [0.1, 0.2, 0.3, 0.4], "temperature_c": 31.5, "emissivity": 0.98}]
    run.add(
        "5",
        draw_image(5),
        ["A dog."],
        [("reasoning", "It is warm.")],
        rounds=rounds,
        objects=[{**thing, "crowd": False} for thing in things],
        licence="Attribution License",
        licence_url=None,
    )
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet"))
    rows = {row["sample"]: row for row in load(tmp_path / "out", tmp_path / "cache")["train"]}
    made, older = rows["5"], rows["1"]
    assert made["rounds"][0]["by"] == "judge"
    assert (made["boxes"][0]["box"], made["boxes"][0]["temperature_c"]) == ([0.1, 0.2, 0.3, 0.4], 31.5)
    assert (made["licence"], made["licence_code"], made["judged"]) == ("Attribution License", "by", True)
    assert made["models"][0] == {"role": "caption", "model": "writer-1", "answered_by": None}
    assert made["prompts"] == [{"name": "task/reasoning", "digest": "0123456789abcdef"}]
    assert (made["seed"], made["irloom"], made["flow"], len(made["run"])) == (0, "0.1.0", "infrared", 16)
    assert (older["rounds"], older["boxes"], older["licence_code"]) == (None, None, "unknown")


def test_boxes_and_temperatures_of_an_instruction_are_those_of_its_pair(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog."], objects=[{"label": "dog", "box": [0.0, 0.0, 1.0, 1.0]}])
    rows = (tmp_path / "run/pairs.jsonl").read_text()
    assert "objects" in rows
    run.add(
        "2", draw_image(2), ["A cat."], [("reasoning", "It rests.")], objects=[{"label": "cat", "box": []}]
    )
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet"))
    (row,) = load(tmp_path / "out", tmp_path / "cache")["train"]
    assert [thing["label"] for thing in row["boxes"]] == ["cat"]


def test_what_a_camera_measured_and_who_worded_it_are_columns_too(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    thing = {"label": "dog", "box": [0.0, 0.0, 1.0, 1.0], "crowd": False}
    measured = {**thing, "mean_c": 31.5, "max_c": 36.25, "contrast_c": None}
    told: dict[str, Any] = {
        "captions_from": "captioner",
        "band": "thermal",
        "polarity": "white_hot",
        "shows": "heat",
    }
    run.add("1", draw_image(1), ["A dog."], [("reasoning", "It is warm.")], objects=[measured], **told)
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet"))
    (row,) = load(tmp_path / "out", tmp_path / "cache")["train"]
    assert row["boxes"] == [{**measured, "temperature_c": None, "emissivity": None}]
    assert {name: row[name] for name in told} == told


def test_the_recipe_and_who_is_to_be_named_lie_beside(run: SmallRun, tmp_path: Path) -> None:
    kept = f"{digest_text('Ask.')}.md"
    (run.root / "prompts" / kept).write_text("Ask.")
    run.add("5", draw_image(5), ["A."], licence="CC BY 4.0", licence_url=None, photographer="P. Eople")
    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data="pairs"))
    recipe = tmp_path / "out" / "recipe"
    assert (recipe / "prompts" / kept).read_text() == "Ask."
    assert "No colours." in (recipe / "rules.jsonl").read_text()
    assert '"signature"' not in (recipe / "run.json").read_text()
    assert '"P. Eople"' in (tmp_path / "out" / "attribution.jsonl").read_text()
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| by | 1 | 1 |" in card
    assert "| unknown | 4 | 7 |" in card
