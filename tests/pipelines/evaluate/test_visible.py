"""Where no visible-light images are given, an image editor makes them, each once."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.cli.main import main
from support.ifbench import IfbenchSet
from support.tiny_pipelines import QUIET, build_qwen_image_edit

pytestmark = pytest.mark.filterwarnings(QUIET)


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor") / "tiny"
    build_qwen_image_edit().save_pretrained(folder)
    return folder


def test_a_diffusers_pipeline_makes_them_at_the_size_of_the_infrared_ones(
    small: IfbenchSet, tmp_path: Path, pipeline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = f"{0:032x}.png"
    for row in small.rows["Scene Understanding"]:
        row["dst_thermal_path"] = image
    small.write()
    Image.fromarray(np.arange(64 * 48, dtype=np.uint16).astype(np.uint8).reshape(48, 64)).save(
        small.images / image
    )
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'[editor]\nkind = "diffusers"\nmodel = "{pipeline}"\npipeline = "qwen_image_edit"\n'
        'steps = 1\nmax_side = 64\ndevice = "cpu"\n'
    )
    run = tmp_path / "run"
    more = ["--variants", "prior+pair", "--rotations", "1", "--limit", "2", "--config", str(settings)]
    assert main(small.options(run, *more)) == 0, capsys.readouterr().err
    kept = {row["visible"] for row in rows(run, "questions")}
    assert len(kept) == 1, "two questions about one image share its translation"
    with Image.open(run / kept.pop()) as picture:
        assert (picture.size, picture.mode) == ((64, 48), "RGB")
    turns = [
        turn for row in rows(run, "transcripts") for turn in row["turns"] if turn["stage"] == "translate"
    ]
    assert {turn["parameters"]["seed"] for turn in turns} == {123}
    assert rows(run, "questions")[0]["models"] == {"editor": "diffusers"}
