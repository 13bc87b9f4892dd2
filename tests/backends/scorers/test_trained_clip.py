"""A scorer really selects: a model that learnt pictures finds their captions, by itself and in the flow."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.scorers.open_clip import OpenClip
from irloom.cli.main import main
from irloom.options import OpenClipOptions
from irloom.protocols import Scores, ScoringJob
from support.chat_server import Asked, ChatServer
from support.coco import CocoFiles
from support.tiny_clip import CAPTIONS, draw, register, save_trained

NAME = "tiny-thermal"
CHANCE = 1 / len(CAPTIONS)
FAR_ABOVE = 0.9


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    register(folder, NAME)
    return save_trained(folder, NAME)


def save_pictures(folder: Path, count: int) -> list[Path]:
    """Pictures of kinds 0, 1, …, that the model has not seen."""
    folder.mkdir(parents=True)
    random, paths = np.random.default_rng(99), [folder / f"{index + 1:06}.png" for index in range(count)]
    for index, path in enumerate(paths):
        Image.fromarray(draw(index % len(CAPTIONS), random)).save(path)
    return paths


def test_the_right_caption_wins_far_above_chance(checkpoint: Path, tmp_path: Path) -> None:
    scorer = OpenClip(OpenClipOptions(model=NAME, pretrained=str(checkpoint), device="cpu"))
    paths = save_pictures(tmp_path / "images", 60)
    results = scorer.score([ScoringJob(path, CAPTIONS, ()) for path in paths])
    winners = [int(np.argmax(result.values)) for result in results if isinstance(result, Scores)]
    right = np.mean([winner == index % len(CAPTIONS) for index, winner in enumerate(winners)])
    assert len(winners) == 60
    assert right > FAR_ABOVE > 5 * CHANCE


def test_the_right_caption_wins_in_a_run(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'[scorer]\nkind = "open_clip"\nmodel = "{NAME}"\npretrained = "{checkpoint}"\ndevice = "cpu"\n'
    )
    coco, out = write_pictures(tmp_path / "coco", 24), tmp_path / "run"
    with ChatServer(fault=propose_all_others) as server:
        options = [*coco.options, "--out", str(out), *server.options, "--config", str(settings)]
        assert main(["run", "infrared", *options, "--one-request", "--filter-all", "--tasks", "none"]) == 0
    pairs = [json.loads(line) for line in (out / "pairs.jsonl").read_text().splitlines()]
    assert {pair["models"]["scorer"] for pair in pairs} == {f"open_clip {NAME} {checkpoint.name}"}
    assert all(
        sorted(candidate["text"] for candidate in pair["candidates"]) == sorted(CAPTIONS) for pair in pairs
    ), "right and wrong captions stood to choice"
    right = np.mean([pair["caption"] == describe(pair["source"]) for pair in pairs])
    assert len(pairs) == 24
    assert right > FAR_ABOVE > 5 * CHANCE
    chosen = {pair["chosen"] for pair in pairs}
    assert chosen == {"original", "filtered"}, "wherever it stands"


def write_pictures(folder: Path, count: int) -> CocoFiles:
    """Drawn pictures in COCO's form; every one comes with the same caption, right for one in six."""
    paths = save_pictures(folder / "images", count)
    images = [{"id": int(path.stem), "file_name": path.name, "width": 32, "height": 32} for path in paths]
    captions = [{"id": image["id"], "image_id": image["id"], "caption": CAPTIONS[0]} for image in images]
    files = CocoFiles(folder / "images", folder / "captions.json", folder / "instances.json")
    files.captions.write_text(json.dumps({"images": images, "annotations": captions}))
    files.instances.write_text(json.dumps({"images": images, "annotations": [], "categories": []}))
    return files


def propose_all_others(asked: Asked, again: int) -> str:
    """The captions of the five other kinds, whatever the picture shows."""
    assert asked.prompt == "caption/filter_all"
    reply: Any = {"captions": [{"caption": 1, "rewrites": list(CAPTIONS[1:])}]}
    return json.dumps(reply)


def describe(source: str) -> str:
    return CAPTIONS[(int(Path(source).stem) - 1) % len(CAPTIONS)]
