"""A flow outside the package runs, is killed, resumed, shown, reported and exported like any other."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from support.killing import run_irloom

FLOWS = Path(__file__).parent
IMAGES = 4


class Writer:
    """A chat endpoint: the first description of an image names a forbidden word; it can kill its client."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.kill_at: int | None = None
        self.client: subprocess.Popen[str] | None = None
        writer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                writer.asked.append(body)
                if len(writer.asked) == writer.kill_at and writer.client is not None:
                    writer.client.kill()
                    return
                self._send(writer.answer(body))

            def do_GET(self) -> None:
                self._send({"object": "list", "data": [{"id": "writer", "object": "model"}]})

            def _send(self, reply: dict[str, Any]) -> None:
                text = json.dumps(reply).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        words = next(part["text"] for part in body["messages"][1]["content"] if part["type"] == "text")
        text = "A picture in one colour." if words.endswith("attempt: nothing") else "An even picture."
        message = {"role": "assistant", "content": text}
        return {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "writer",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }


@pytest.fixture
def writer() -> Iterator[Writer]:
    found = Writer()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(IMAGES):
        Image.new("RGB", (16, 12), (40 * number, 90, 20)).save(folder / f"{number}.png")
    return folder


def environment(folder: Path) -> dict[str, str]:
    paths = [str(FLOWS), *filter(None, [os.environ.get("PYTHONPATH")])]
    cache = {"IRLOOM_CACHE": str(folder / "cache"), "OPENAI_API_KEY": "a-key-of-tests"}
    return {**os.environ, **cache, "PYTHONPATH": os.pathsep.join(paths)}


def start(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start a command in a fresh interpreter, which finds the package by its path alone."""
    command = [sys.executable, "-m", "irloom", *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def irloom(folder: Path, *arguments: object) -> tuple[int, str]:
    """Run a command in a process that has the flow's package."""
    ended = run_irloom([*map(str, arguments)], folder, packages=FLOWS)
    return ended.code, ended.said


def options(writer: Writer, photos: Path) -> list[object]:
    model = ["--profile", "openai", "--model", "writer", "--base-url", writer.url]
    return ["run", "describe", "--images", photos, "--concurrency", 1, "--quiet", *model]


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_flow_of_another_package_is_killed_and_resumed_and_pays_nothing_twice(
    tmp_path: Path, writer: Writer, photos: Path
) -> None:
    run = tmp_path / "run"
    writer.kill_at = 6
    writer.client = start(tmp_path, *options(writer, photos), "--out", run)
    writer.client.communicate(timeout=110)
    assert writer.client.returncode == -9
    committed = len(read_rows(run / "descriptions.jsonl"))
    assert 0 < committed < IMAGES

    code, said = irloom(tmp_path, "resume", run, "--quiet")
    assert code == 0, said
    assert "descriptions  4: descriptions.jsonl" in said
    rows = read_rows(run / "descriptions.jsonl")
    assert [row["text"] for row in rows] == ["An even picture."] * IMAGES
    assert all(row["rounds"] == 2 for row in rows)
    digest = rows[0]["prompts"]["describe/write"]
    assert (run / "prompts" / f"{digest}.md").is_file()
    lost = 1  # the request in flight at the kill
    assert len(writer.asked) == 2 * IMAGES + lost


def test_it_is_inspected_reported_exported_and_its_options_come_from_its_fields(
    tmp_path: Path, writer: Writer, photos: Path
) -> None:
    run = tmp_path / "run"
    code, said = irloom(tmp_path, *options(writer, photos), "--out", run, "--forbidden", "colour,red")
    assert code == 0, said

    code, said = irloom(tmp_path, "inspect", run)
    assert code == 0
    assert "accepted 4" in said
    assert "descriptions: 4" in said
    code, said = irloom(tmp_path, "inspect", run, "0", "--prompts")
    assert "After 2 rounds: An even picture." in said
    assert "Picture, 0.png" in said
    assert "Do not use any of these words:" in said

    code, said = irloom(tmp_path, "report", run, "--out", tmp_path / "report.html")
    assert code == 0, said
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "A model described the images of a folder." in page
    assert "The words colour, red were not allowed." in page

    code, said = irloom(tmp_path, "export", run, "--format", "llava", "--out", tmp_path / "llava.json")
    assert code == 0, said
    items = json.loads((tmp_path / "llava.json").read_text("utf-8"))
    assert [item["id"] for item in items] == ["0", "1", "2", "3"]
    assert items[0]["conversations"][1]["value"] == "An even picture."

    code, said = irloom(tmp_path, "run", "describe", "--help")
    assert "--forbidden LIST" in said
    assert "words that no description may hold" in said
    code, said = irloom(tmp_path, "prompts", "copy", tmp_path / "prompts")
    assert (tmp_path / "prompts" / "describe" / "write.md").is_file()


def test_it_is_viewed_and_without_its_package_its_rows_are_shown_as_they_are(
    tmp_path: Path, writer: Writer, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from irloom.web.app import build_app

    run = tmp_path / "run"
    code, said = irloom(tmp_path, *options(writer, photos), "--out", run, "--limit", 1)
    assert code == 0, said
    with TestClient(build_app([run], cache=tmp_path / "cache"), base_url="http://127.0.0.1") as client:
        page = client.get("/runs/0/samples/0")
        for _ in range(200):
            if page.status_code == 200:
                break
            page = client.get("/runs/0/samples/0")
    assert page.status_code == 200
    assert "The flow describe is not installed here" in page.text
    assert "An even picture." in page.text
    assert _view_with_flow(tmp_path, run).startswith("<!doctype html>")


def _view_with_flow(folder: Path, run: Path) -> str:
    """The page of a sample, served by a process that knows the flow."""
    code = (
        "import sys; from pathlib import Path\n"
        "from starlette.testclient import TestClient\n"
        "from irloom.web.app import build_app\n"
        "from irloom.web.indexer import catch_up\n"
        "app = build_app([Path(sys.argv[1])], cache=Path(sys.argv[2]))\n"
        "run = app.state.runs[0]\n"
        "while catch_up(run.index, run.facts.view): pass\n"
        "client = TestClient(app, base_url='http://127.0.0.1')\n"
        "page = client.get('/runs/0/samples/0').text\n"
        "assert 'After 2 rounds' in page and 'not installed' not in page, page\n"
        "print(page)\n"
    )
    command = [sys.executable, "-c", code, str(run), str(folder / "other-cache")]
    done = subprocess.run(
        command, env=environment(folder), capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_readers_name_a_flow_that_is_gone_and_resume_and_export_refuse(
    tmp_path: Path, writer: Writer, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from irloom.cli.main import main

    run = tmp_path / "run"
    code, said = irloom(tmp_path, *options(writer, photos), "--out", run, "--limit", 2)
    assert code == 0, said
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    assert main(["inspect", str(run)]) == 0
    assert main(["inspect", str(run), "0"]) == 0
    assert main(["report", str(run), "--out", str(tmp_path / "report.html")]) == 0
    assert "which is not installed here" in (tmp_path / "report.html").read_text("utf-8")
    assert main(["resume", str(run)]) == 2
    assert main(["export", str(run), "--format", "messages", "--out", str(tmp_path / "out.jsonl")]) == 2


def test_a_flow_that_cannot_be_used_is_told_once_and_leaves_the_others(tmp_path: Path) -> None:
    announced = {"one": "gone:flow", "two": "gone:flow", "describe": "describe_flow:flow", "old": "odd:flow"}
    (tmp_path / "odd.py").write_text("flow = 7\n")
    for package, name in (("alpha", "one"), ("beta", "two"), ("gamma", "describe"), ("delta", "old")):
        folder = tmp_path / f"{package}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[irloom.flows]\n{name} = {announced[name]}\n")
    paths = os.pathsep.join([str(tmp_path), environment(tmp_path)["PYTHONPATH"]])
    command = [sys.executable, "-m", "irloom", "run", "--help"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "imgcoder" in done.stdout
    assert "the flow 'one' of the package alpha cannot be imported: ModuleNotFoundError" in done.stderr
    assert "brought by two packages, describe-flow and gamma" in done.stderr
    assert "the flow 'old' of the package delta is no irloom.pipelines.flow.Flow, but int" in done.stderr
