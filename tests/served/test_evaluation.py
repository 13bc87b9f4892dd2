"""IF-Bench from its files to its table over `transformers serve`, GenViP's translations by a tiny editor.

The models have random or fixed weights: the path is what this shows, not a score.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from served.conftest import serve
from support.ifbench import write_set
from support.tiny_pipelines import QUIET, build_qwen_image_edit

pytestmark = [pytest.mark.served, pytest.mark.timeout(300), pytest.mark.filterwarnings(QUIET)]


@pytest.fixture(scope="module")
def seer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server and a model that sees: it says B of bright images and C of dark ones."""
    from served.tiny_models import make_seer

    folder = tmp_path_factory.mktemp("seer")
    model = make_seer(folder / "model", bright="B", dark="C")
    with serve(folder) as url:
        yield url, model


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_a_model_that_sees_is_evaluated_with_and_without_translations(
    seer: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    made = write_set(tmp_path / "set", each=1)
    for number, path in enumerate(sorted(made.images.iterdir())):
        Image.new("L", (64, 48), 230 if number % 2 == 0 else 25).save(path)
    build_qwen_image_edit().save_pretrained(tmp_path / "editor")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'[editor]\nkind = "diffusers"\nmodel = "{tmp_path / "editor"}"\npipeline = "qwen_image_edit"\n'
        'steps = 1\nmax_side = 64\ndevice = "cpu"\n'
    )
    run, (url, model) = tmp_path / "run", seer
    more = ["--variants", "normal,prior+pair", "--rotations", "1", "--languages", "en", "--reply-tokens", "4"]
    backend = ["--profile", "openai", "--model", model, "--base-url", url, "--config", str(settings)]
    assert main([*made.options(run, *more), *backend, "--limit", "4"]) == 0, capsys.readouterr().err
    answers = rows(run, "answers")
    assert len(answers) == 8
    read = {row["sample"]: row["read"] for row in answers if row["variant"] == "normal"}
    assert sorted(filter(None, read.values())) == ["B", "B", "C", "C"]
    assert all((run / row["visible"]).is_file() for row in rows(run, "questions"))
    capsys.readouterr()
    assert main(["bench", "ifbench", str(run)]) == 0
    assert "prior+pair - normal (GenViP)" in capsys.readouterr().out
