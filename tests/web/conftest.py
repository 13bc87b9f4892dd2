"""Real runs to look at, made by the verbs, and an application that shows them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from irloom.cli.main import main
from irloom.pipelines.infrared.view import VIEW
from irloom.views.blocks import View
from irloom.web.app import build_app
from irloom.web.index import Index
from irloom.web.indexer import catch_up
from support.chat_server import Asked, ChatServer
from support.coco import write_coco
from support.problems import SUPPORTED
from support.scenes import write_scenes

HOSTILE = (
    '<script>document.title="taken"</script>"><img src=x onerror="document.title=\'taken\'"> & \u202egnp'
)
ADDRESS = "http://127.0.0.1:8790"
DRAWN = ("--seed", "17")
"""Has the conversations of 2 and 3 ask what happens, of which a caption tells with a material in it."""


def build(folder: Path, *arguments: str) -> Path:
    """A run that ended, whatever its samples came to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "inputs"))
        patch.setenv("OPENAI_API_KEY", "secret")
        assert main([*arguments, "--out", str(folder / "run"), "--quiet", "--concurrency", "1"]) in {0, 1}
    return folder / "run"


def few_rules(folder: Path) -> tuple[str, str]:
    """Starting rules that leave a material in the captions, so that there is something to object to."""
    path = folder / "rules.txt"
    path.write_text("Delete all words about colour.\nDelete all words about transparency.\n")
    return "--rules", str(path)


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four infrared samples; the conversation of 2 is accepted in its second round."""
    folder = tmp_path_factory.mktemp("offline")
    return build(folder, "run", "infrared", *write_coco(folder, 4).options, *few_rules(folder), *DRAWN)


@pytest.fixture(scope="session")
def one_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of the same samples with one task and one round: 1 is accepted, 2 and 3 are rejected."""
    folder = tmp_path_factory.mktemp("one-round")
    rounds = ("--max-rounds", "1", "--no-mining", "--tasks", "conversation", *DRAWN)
    return build(folder, "run", "infrared", *write_coco(folder, 3).options, *few_rules(folder), *rounds)


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A problem that is drawn, with its answer, and one that is not."""
    folder = tmp_path_factory.mktemp("figures")
    question = next(iter(SUPPORTED.values()))[0][0]
    rows = [
        {"id": "drawn", "question": question, "image_type": "Physics - Mechanical", "answer": "<b>42</b>"},
        {"id": "not-drawn", "question": f"Write a poem. {HOSTILE}", "image_type": "Biology - Cell"},
    ]
    (folder / "problems.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return build(folder, "run", "imgcoder", "--problems", str(folder / "problems.jsonl"))


@pytest.fixture(scope="session")
def edits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seed with edits of its colours, and others that the embedded editor declines."""
    folder = tmp_path_factory.mktemp("edits")
    kinds = ("--subcategories", "color,action", "--families", "2", "--variants", "2")
    return build(folder, "run", "cir", *write_scenes(folder, 1).options, *kinds)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose captions, replies, reasons and rules hold markup; sample 2 is rejected, 3 fails."""
    folder = tmp_path_factory.mktemp("hostile")
    coco = write_coco(folder, 3, captions=(f"A brown dog {HOSTILE}.",))
    rounds = ("--max-rounds", "2", "--tasks", "reasoning", "--candidates", "2")
    with ChatServer(fault=_answer) as server:
        return build(folder, "run", "infrared", *coco.options, *server.options, *rounds)


def _answer(asked: Asked, again: int) -> str | None:
    fields: dict[str, Any] = dict(asked.fields)
    number = next((digit for digit in "123" if f"number {digit}" in str(fields)), "0")
    match asked.prompt:
        case "caption/filter":
            return f"A dog number {number} {HOSTILE}."
        case "task/reasoning":
            return json.dumps({"question": f"What of number {number}? {HOSTILE}", "answer": HOSTILE})
        case "debate/mine":
            return json.dumps({"rule": f"Delete {HOSTILE}."})
        case "debate/judge_grounded" if number == "2":
            return json.dumps({"verdict": "reject", "category": "material", "reason": f"Oak {HOSTILE}"})
        case "debate/judge_grounded":
            return (
                "I'm sorry, I cannot judge."
                if number == "3"
                else json.dumps({"verdict": "accept", "category": None, "reason": ""})
            )
    return None


def fill(index: Index, view: View = VIEW) -> Index:
    """Index all that is committed."""
    while catch_up(index, view):
        pass
    return index


@contextmanager
def open_pages(
    cache: Path, *roots: Path, host: str = "127.0.0.1", token: str | None = None
) -> Iterator[TestClient]:
    """A client of pages whose index is complete."""
    app = build_app(roots, host, token, cache)
    for run in app.state.runs:
        fill(run.index, run.facts.view)
    client = TestClient(app, base_url=ADDRESS, follow_redirects=False)
    try:
        yield client
    finally:
        client.close()
