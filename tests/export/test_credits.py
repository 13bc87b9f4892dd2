"""Licences of older runs are read from the annotations that these had read."""

import json
from pathlib import Path

import pytest

from irloom.export.credits import Credits
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.sources.collector import hash_file
from support.small_run import SmallRun, draw_image


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[SmallRun, Path]:
    """A run whose rows say nothing of licences, and the annotations that it had read."""
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    instances = tmp_path / "instances.json"
    instances.write_text(
        json.dumps(
            {
                "licenses": [{"id": 5, "name": "Attribution-ShareAlike License", "url": None}],
                "images": [{"id": 1, "file_name": "1.jpg", "license": 5, "width": 9, "height": 9}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}],
                "categories": [{"id": 1, "name": "dog"}],
            }
        )
    )
    config = InfraredConfig(images=tmp_path, captions=tmp_path / "gone.json", instances=instances)
    run = SmallRun(tmp_path / "run", config)
    digest = hash_file(instances, "instances", lambda what, done, total: None)
    about = json.loads((run.root / "run.json").read_text())
    about["fingerprint"] = {"digest.instances": digest}
    (run.root / "run.json").write_text(json.dumps(about))
    run.add("1", draw_image(1), ["A."])
    run.add("2", draw_image(2), ["A."])
    return run, instances


def test_an_older_run_takes_licences_from_what_it_had_read(older: tuple[SmallRun, Path]) -> None:
    found = Credits(older[0].root)
    assert found.find({"sample": "1"})["licence"] == "Attribution-ShareAlike License"
    assert found.find({"sample": "2"})["licence"] is None
    assert found.find({"sample": "1", "licence": None})["licence"] is None, "a row that says it is believed"


def test_annotations_that_changed_since_say_nothing(older: tuple[SmallRun, Path]) -> None:
    run, instances = older
    instances.write_text(instances.read_text() + " ")
    assert Credits(run.root).find({"sample": "1"})["licence"] is None
    instances.unlink()
    assert Credits(run.root).find({"sample": "1"})["licence"] is None
