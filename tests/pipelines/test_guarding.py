"""Somebody else's run folder decides neither which command runs nor where a key is read and sent."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import irloom
from irloom.cli.main import main
from irloom.engine.signature import VARIABLE
from irloom.errors import RunDirError
from irloom.options import UNSAFE
from support.chat_server import ChatServer
from support.coco import CocoFiles

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def listener() -> Iterator[ChatServer]:
    """Where somebody else would like a key to be sent."""
    with ChatServer() as server:
        yield server


@pytest.fixture
def made(server: ChatServer, coco: CocoFiles, out: Path) -> Path:
    assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options]) == 0
    server.asked.clear()
    return out


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """From now on another user is at work."""
    return lambda: monkeypatch.setenv(VARIABLE, str(tmp_path / "another user"))


def edit(run: Path, change: Change) -> None:
    about = json.loads((run / "run.json").read_text())
    change(about)
    (run / "run.json").write_text(json.dumps(about))


def resume(run: Path, *more: str) -> int:
    return main(["resume", str(run), "--quiet", *more])


def find_command(said: str) -> list[str]:
    """The resume command that a message prints, without the program's name."""
    line = next(line for line in said.splitlines() if "irloom resume" in line)
    return shlex.split(line[line.index("irloom resume") :])[1:]


def test_ones_own_run_resumes_as_before(made: Path) -> None:
    assert resume(made) == 0


def test_ones_own_run_that_lies_elsewhere_now_resumes_as_before(made: Path) -> None:
    made.rename(made.with_name("moved"))
    assert resume(made.with_name("moved")) == 0


def test_a_run_of_somebody_else_is_refused_with_the_settings_and_the_command_that_repeats_them(
    made: Path, server: ChatServer, stranger: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stranger()
    capsys.readouterr()
    assert resume(made) == 2
    said = capsys.readouterr().err
    assert f"chat.base_url = '{server.url}'" in said
    assert "--api-key-env" not in said, "it has its default"
    command = find_command(said)
    assert command == ["resume", str(made), "--base-url", server.url]
    assert main([*command, "--quiet"]) == 0
    assert resume(made) == 2, "a run does not become one's own by that"


def test_a_run_that_says_nothing_of_the_kind_is_for_everybody(
    coco: CocoFiles, out: Path, stranger: Callable[[], None], tmp_path: Path
) -> None:
    stranger()
    assert main(["run", "infrared", *coco.options, "--out", str(out), "--no-translation", "--quiet"]) == 0
    assert "signature" not in json.loads((out / "run.json").read_text())
    assert not (tmp_path / "another user").exists(), "nothing had to be remembered"
    assert resume(out) == 0


SET: dict[str, Change] = {
    "the address": lambda about: about["config"]["chat"].update(base_url="http://127.0.0.1:9/v1"),
    "the variable": lambda about: about["config"]["chat"].update(api_key_env="SECRET_OF_ANOTHER_KIND"),
    "a judge's address": lambda about: about["config"]["roles"].update(
        debate={"kind": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
    ),
    "a judge's variable": lambda about: about["config"]["roles"].update(
        debate={"kind": "openai", "model": "m", "api_key_env": "SECRET_OF_ANOTHER_KIND"}
    ),
    "a named model's address": lambda about: about["config"]["models"].update(
        a={"kind": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
    ),
    "a scorer's address": lambda about: about["config"].update(
        scorer={"kind": "vqa", "chat": {"kind": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}}
    ),
}


@pytest.mark.parametrize("change", SET)
def test_ones_own_run_that_somebody_edited_is_refused(
    change: str, made: Path, server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(made, SET[change])
    capsys.readouterr()
    assert resume(made, "--accept-changes") == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:9" in said or "SECRET_OF_ANOTHER_KIND" in said
    assert server.asked == []


def test_a_listener_gets_no_content_of_another_variable(
    coco: CocoFiles,
    made: Path,
    listener: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    stranger: Callable[[], None],
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "of great value")
    chat = {"base_url": listener.url, "api_key_env": "DEPLOY_TOKEN"}
    edit(made, lambda about: (about["config"]["chat"].update(chat), about["config"].update(limit=None)))
    (made / "commits.jsonl").write_text("")
    stranger()
    given = ["--accept-changes", "--limit", "1"]
    assert resume(made, *given) == 2
    assert resume(made, *given, "--base-url", listener.url) == 2, "the variable was not said"
    assert resume(made, *given, "--api-key-env", "OPENAI_API_KEY") == 2, "the address was not said"
    assert listener.asked == []


def test_what_has_no_option_is_said_in_a_file(
    made: Path, server: ChatServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    edit(made, SET["a judge's address"])
    capsys.readouterr()
    file = tmp_path / "again.toml"
    given = ["--base-url", server.url, "--accept-changes"]
    assert resume(made, *given) == 2
    said = capsys.readouterr().err
    lines = said.partition("in FILE:")[2]
    file.write_text("\n".join(line.strip() for line in lines.splitlines()))
    assert "[roles.debate]" in file.read_text()
    assert resume(made, *given, "--config", str(file)) != 2


def test_a_seal_of_one_run_is_none_for_other_settings(
    made: Path, coco: CocoFiles, listener: ChatServer, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    assert main(["run", "infrared", *coco.options, "--out", str(other), *listener.options]) == 0
    signature = json.loads((other / "run.json").read_text())["signature"]
    assert signature != json.loads((made / "run.json").read_text())["signature"]
    edit(made, lambda about: about.update(signature=signature))
    assert resume(made) == 2
    edit(made, lambda about: about.pop("signature"))
    assert resume(made) == 2


def test_what_was_accepted_by_its_user_is_known_from_then_on(
    made: Path, listener: ChatServer, tmp_path: Path
) -> None:
    (tmp_path / "new.toml").write_text(f'[chat]\nbase_url = "{listener.url}"\nmax_tokens = 512\n')
    assert resume(made, "--config", str(tmp_path / "new.toml"), "--accept-changes") == 0
    assert json.loads((made / "run.json").read_text())["config"]["chat"]["base_url"] == listener.url
    assert resume(made) == 0


def test_from_python_the_settings_of_the_call_count(
    made: Path, server: ChatServer, stranger: Callable[[], None]
) -> None:
    stranger()
    with pytest.raises(RunDirError, match="not known as a run that you made"):
        irloom.resume(made)
    assert irloom.resume(made, settings={"chat": {"base_url": server.url}}).summary.samples == 1


def test_a_run_that_is_there_already_is_told_with_its_whole_command(
    made: Path,
    coco: CocoFiles,
    server: ChatServer,
    stranger: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    stranger()
    capsys.readouterr()
    assert main(["run", "infrared", *coco.options, "--out", str(made), *server.options]) == 2
    assert find_command(capsys.readouterr().err) == ["resume", str(made), "--base-url", server.url]


def test_where_nothing_can_be_remembered_the_command_says_it_all(
    coco: CocoFiles,
    out: Path,
    server: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "no folder").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "no folder"))
    given = [*coco.options, "--out", str(out), *server.options, "--max-requests", "1"]
    assert main(["run", "infrared", *given]) == 3
    command = find_command(capsys.readouterr().err)
    assert command == ["resume", str(out), "--base-url", server.url]
    assert main([*command, "--max-requests", "100", "--quiet"]) == 0


def test_a_resume_that_stops_says_again_what_it_was_given(
    coco: CocoFiles,
    out: Path,
    server: ChatServer,
    listener: ChatServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [*coco.options, "--out", str(out), *server.options, "--max-requests", "1"]
    assert main(["run", "infrared", *given]) == 3
    assert find_command(capsys.readouterr().err) == ["resume", str(out)]
    (tmp_path / "a file.toml").write_text("concurrency = 1\n")
    file = ["--config", str(tmp_path / "a file.toml")]
    assert resume(out, "--base-url", listener.url, "--max-requests", "2", *file) == 3
    assert find_command(capsys.readouterr().err) == ["resume", str(out), *file, "--base-url", listener.url]


FIGURE = '{"id": "p1", "question": "Draw a line.", "answer": "1", "subject": "mathematics"}\n'


@pytest.fixture
def figure(tmp_path: Path, out: Path) -> Path:
    """A run of figures that were drawn without a sandbox."""
    (tmp_path / "problems.jsonl").write_text(FIGURE)
    given = ["--problems", str(tmp_path / "problems.jsonl"), "--out", str(out), "--quiet"]
    assert main(["run", "imgcoder", *given, f"--{UNSAFE}"]) in {0, 1}
    return out


def test_no_sandbox_is_to_be_said_at_every_resume_of_ones_own_run_too(
    figure: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = capsys.readouterr().out
    assert f"irloom resume {figure} --{UNSAFE}" in said or "resume" not in said
    assert resume(figure) == 2
    command = find_command(capsys.readouterr().err)
    assert command == ["resume", str(figure), f"--{UNSAFE}"]
    assert main([*command, "--quiet"]) in {0, 1}
    assert resume(figure) == 2


def test_a_command_for_a_container_is_run_for_nobody_else(
    tmp_path: Path, figure: Path, stranger: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trace"
    sandbox = {"level": None, "container": ["sh", "-c", f"touch {trace}"]}
    edit(figure, lambda about: about["config"]["sandbox"].update(sandbox))
    for is_stranger in (False, True):
        if is_stranger:
            stranger()
        assert resume(figure, "--accept-changes", "--retry-failed") == 2
        assert f"sandbox.container = ['sh', '-c', 'touch {trace}']" in capsys.readouterr().err
        assert not trace.exists()
    command = ["--sandbox-container", f"sh -c 'touch {trace}'"]
    resume(figure, "--accept-changes", "--retry-failed", *command)
    assert trace.exists(), "else this could not fail"
