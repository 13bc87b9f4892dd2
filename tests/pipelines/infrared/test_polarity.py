"""Pictures in which dark is warm: whoever is shown one is told."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.prompts import Prompts
from support.chat_server import Asked, ChatServer
from support.coco import write_coco
from support.thermal_pairs import write_pairs

NOTE = Prompts.load().text_of("black_hot/parts/note")
SEEN = ["--judge-sees", "captions,image", "--writer-sees", "image"]
"""Options by which judge and writer see the picture too."""


def _without_note(body: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(body).replace(f" {NOTE}", "").replace(f"{NOTE}\\n\\n", "")))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def bodies() -> list[Mapping[str, Any]]:
    """What was sent, note and all."""
    return []


@pytest.fixture
def server(bodies: list[Mapping[str, Any]]) -> Iterator[ChatServer]:
    with ChatServer(see=lambda text: 0.9) as server:
        known = server.recognise

        def remember(body: dict[str, Any]) -> Asked:
            bodies.append(body)
            return known(_without_note(body))

        server.recognise = remember
        yield server


def write_config(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "run.toml"
    path.write_text(text, "utf-8")
    return ["--config", str(path)]


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def tell_of_polarity(bodies: list[Mapping[str, Any]]) -> set[tuple[bool, bool]]:
    """Of each request whether it showed a picture, and whether it said that dark is warm."""
    texts = [json.dumps(body) for body in bodies]
    return {("image_url" in text, NOTE in text) for text in texts}


@pytest.mark.parametrize(("polarity", "is_told"), [("black-hot", True), ("white-hot", False)])
def test_who_sees_a_picture_of_a_black_hot_set_is_told(
    polarity: str, is_told: bool, tmp_path: Path, server: ChatServer, bodies: list[Mapping[str, Any]]
) -> None:
    root = write_pairs(tmp_path / "set", 2, radiometric=False, black_hot=True)
    config = write_config(tmp_path, '[scorer]\nkind = "vqa"\n')
    sees = [*SEEN, "--verify", "test-model", "--verify-above", "50", "--verify-on", "infrared", *config]
    out = tmp_path / "run"
    source = ["--source", "llvip", "--root", str(root), "--polarity", polarity]
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    assert main(["run", "infrared", *source, *backend, *sees, "--out", str(out)]) == 0
    asked = {one.prompt for one in server.asked if one.images}
    assert asked == {
        *("captioner/captions", "debate/judge_seeing_grounded", "detector/number", "score/yes_no"),
        *(f"task/{task}" for task in ("conversation", "description", "reasoning")),
    }
    assert tell_of_polarity(bodies) == {(True, is_told), (False, False)}
    judged = "black_hot/debate/judge_seeing_grounded" if is_told else "debate/judge_seeing_grounded"
    assert all(judged in row["prompts"] for row in rows(out, "instructions"))


def test_a_captioner_that_sees_the_visible_picture_alone_is_not_told(
    tmp_path: Path, server: ChatServer, bodies: list[Mapping[str, Any]]
) -> None:
    root = write_pairs(tmp_path / "set", 1, radiometric=False, black_hot=True)
    source = ["--source", "llvip", "--root", str(root), "--polarity", "black-hot"]
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    more = ["--captioner-sees", "visible", "--tasks", "none", "--out", str(tmp_path / "run")]
    assert main(["run", "infrared", *source, *backend, *more]) == 0
    assert tell_of_polarity(bodies) == {(True, False), (False, False)}


@pytest.mark.parametrize("palette", ["black_hot", "white_hot"])
def test_who_sees_what_a_translator_painted_is_told_of_its_palette(
    palette: str, tmp_path: Path, server: ChatServer, bodies: list[Mapping[str, Any]]
) -> None:
    coco = write_coco(tmp_path / "coco", 1)
    config = write_config(tmp_path, f'[translator]\nkind = "radiometric"\npalette = "{palette}"\n')
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    out = tmp_path / "run"
    assert main(["run", "infrared", *coco.options, *backend, *SEEN, *config, "--out", str(out)]) == 0
    assert tell_of_polarity(bodies) == {(True, palette == "black_hot"), (False, False)}


def test_a_run_with_black_hot_pictures_goes_on_by_the_prompts_that_it_kept(
    tmp_path: Path, server: ChatServer
) -> None:
    root = write_pairs(tmp_path / "set", 1, radiometric=False, black_hot=True)
    out = tmp_path / "run"
    source = ["--source", "llvip", "--root", str(root), "--polarity", "black-hot"]
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    assert main(["run", "infrared", *source, *backend, *SEEN, "--out", str(out)]) == 0
    asked = len(server.asked)
    kept = [path.read_text("utf-8") for path in (out / "prompts").iterdir()]
    assert any(NOTE in text and "You review" in text for text in kept)
    assert main(["resume", str(out), "--quiet"]) == 0
    assert len(server.asked) == asked
