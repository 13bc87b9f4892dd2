"""Errors become one message and an exit code, and `irloom --help` loads nothing heavy."""

import base64
import importlib
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import irloom
from irloom.cli.main import VERBS, build_parser, main
from irloom.engine.directory import RunDirectory
from irloom.engine.storage import dump_line
from irloom.pipelines.infrared import flow
from irloom.pipelines.infrared.config import InfraredConfig
from support.chat_server import ChatServer, refuse
from support.coco import write_coco

HEAVY = ("torch", "diffusers", "open_clip", "openai", "langgraph", "skimage", "numpy", "PIL", "aiohttp")


def python(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=250,
        env=os.environ | environment,
    )


def write_broken(root: Path) -> Path:
    """A run whose rule book has a line that no irloom writes, vouched for, so that showing it is a bug."""
    (root / "run.json").write_text('{"config": {}, "fingerprint": {}, "irloom": "0", "flow": "infrared"}')
    (root / "rules.jsonl").write_bytes(line := dump_line({"rule": "x"}))
    start = {"event": "start", "ends": {"rules.jsonl": len(line)}, "sums": {}}
    (root / "commits.jsonl").write_bytes(dump_line(start))
    return root


def list_loaded(arguments: list[str]) -> list[str]:
    """The modules that a command line leaves imported."""
    ended = python(
        "import sys\nfrom irloom.cli.main import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    assert "irloom" in ended.stdout
    return ended.stderr.split()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["doctor", "--help"]])
def test_help_loads_no_flow_and_nothing_heavy(arguments: list[str]) -> None:
    loaded = list_loaded(arguments)
    assert [name for name in HEAVY if name in loaded] == []
    assert [name for name in loaded if name.startswith(("irloom.pipelines", "irloom.agents"))] == []


def test_importing_the_package_loads_no_flow_and_nothing_heavy() -> None:
    ended = python("import sys, irloom\nirloom.__version__\nprint(*sys.modules)")
    loaded = ended.stdout.split()
    assert [name for name in (*HEAVY, "pydantic") if name in loaded] == []
    assert [name for name in loaded if name.startswith("irloom.")] == []


@pytest.mark.parametrize("verb", ["run infrared", "resume", "export", "bench edir"])
def test_help_that_asks_the_flows_loads_no_backend(verb: str) -> None:
    loaded = list_loaded([*verb.split(), "--help"])
    assert "irloom.pipelines.infrared" in loaded
    heavy = {*HEAVY, "matplotlib", "pyarrow", "transformers"} - {"PIL"}
    assert sorted(heavy & set(loaded)) == []


def count_cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_is_fast() -> None:
    before_s = count_cpu_of_children()
    ended = subprocess.run(
        [sys.executable, "-m", "irloom", "--help"], capture_output=True, text=True, timeout=250
    )
    assert ended.returncode == 0
    assert all(verb in ended.stdout for verb in VERBS)
    assert count_cpu_of_children() - before_s < 2, "generous: it takes a third of a second of the processor"


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"irloom {irloom.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["run"], ["run", "bogus"], ["prompts"], ["inspect"]])
def test_a_command_that_is_none_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: irloom" in capsys.readouterr().err


def test_a_users_mistake_is_one_message_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("irloom: ")
    assert "Traceback" not in captured.err


def test_a_bug_ends_with_70_and_its_traceback_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["rules", str(write_broken(tmp_path))]) == 70
    said = capsys.readouterr().err
    (path,) = tmp_path.glob("irloom-bug-*.txt")
    assert said.startswith("irloom: this is a bug, sorry: KeyError: 'origin'\n")
    assert f"The traceback is in {path}" in said
    text = path.read_text()
    assert f"irloom {irloom.__version__}, Python {sys.version.split()[0]}" in text
    assert "Traceback (most recent call last)" in text
    assert "tell_rules" in text


def test_a_full_disk_ends_with_3_and_says_how_to_go_on(tmp_path: Path) -> None:
    run, coco = tmp_path / "run", write_coco(tmp_path)
    options = [*coco.options, "--out", str(run), "--limit", "1", "--quiet", "--no-translation"]
    assert main(["run", "infrared", *options]) == 0
    ended = python(
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))\n"
        "from irloom.cli.main import main\n"
        f"exit(main(['resume', {str(run)!r}, '--limit', '2']))"
    )
    assert ended.returncode == 3
    assert "irloom stopped: Cannot write" in ended.stderr
    assert f"To go on: irloom resume {run}" in ended.stderr


def test_a_run_that_was_never_created_is_not_offered_for_resuming(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1)
    arguments = ["run", "infrared", *coco.options, "--out", str(tmp_path / "run"), "--no-translation"]
    ended = python(
        "import resource\n"
        "from irloom.cli.main import main\nimport irloom.pipelines.run as running\n"
        "before = running.prepare\n"
        "def load(*given, **named):\n"
        "    inputs = before(*given, **named)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))\n"
        "    return inputs\n"
        "running.prepare = load\n"
        f"exit(main({arguments!r}))",
        IRLOOM_CACHE=str(tmp_path / "cache"),
    )
    assert ended.returncode == 3, ended.stderr
    assert "irloom stopped: Cannot write" in ended.stderr
    assert "To go on" not in ended.stderr


@pytest.mark.parametrize(
    "arguments", [["prompts", "copy", "{folder}/p"], ["rules", "{folder}"], ["inspect", "{folder}"]]
)
def test_a_reader_who_has_gone_is_no_error(arguments: list[str], tmp_path: Path) -> None:
    config = InfraredConfig(images=Path("i"), captions=Path("c"))
    rules = [{"rule": f"Delete {number}.", "version": 0, "origin": "basic"} for number in range(5000)]
    RunDirectory.create(tmp_path, config, {}, flow.files, rules, {}, {})
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "irloom", *(part.format(folder=tmp_path) for part in arguments)]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=250)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_terminal_that_is_not_utf_8_gets_question_marks(tmp_path: Path) -> None:
    rules = [{"rule": "Delete “é” → 图.", "version": 0, "origin": "basic"}]
    RunDirectory.create(
        tmp_path, InfraredConfig(images=Path("i"), captions=Path("c")), {}, flow.files, rules, {}, {}
    )
    for verb in ("rules", "inspect"):
        ended = python(
            f"from irloom.cli.main import main\nexit(main([{verb!r}, {str(tmp_path)!r}]))",
            PYTHONIOENCODING="ascii",
        )
        assert ended.returncode == 0, ended.stderr
        assert "Delete ??? ? ?." in ended.stdout


def test_tracing_of_another_project_is_off_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setenv("IRLOOM_TRACING", "1")
    main(["inspect", str(tmp_path)])
    assert os.environ["LANGSMITH_TRACING"] == "true"
    monkeypatch.setenv("IRLOOM_TRACING", "0")
    main(["inspect", str(tmp_path)])
    assert "LANGSMITH_TRACING" not in os.environ
    assert "LANGCHAIN_TRACING_V2" not in os.environ


class GuardedServer(ChatServer):
    """Wants a name and a password, as proxies in front of an endpoint do."""

    def _refuse(self, request: web.Request, body: Mapping[str, Any]) -> web.Response | None:
        wanted = "Basic " + base64.b64encode(b"me:open-sesame").decode()
        return None if request.headers.get("Authorization") == wanted else refuse(401, "who are you?")


def test_credentials_of_an_address_are_used_by_the_run_that_was_given_them_and_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco, run = write_coco(tmp_path / "coco", 1), tmp_path / "run"
    with GuardedServer() as server:
        address = server.url.replace("http://", "http://me:open-sesame@")
        options = [*server.options, "--base-url", address, "--tasks", "none"]
        assert main(["run", "infrared", *coco.options, "--out", str(run), *options]) == 0
    assert all(b"sesame" not in path.read_bytes() for path in run.rglob("*") if path.is_file())


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_module_with_options_of_its_own(verb: str) -> None:
    module = importlib.import_module(f"irloom.cli.{verb}")
    assert module.__doc__
    assert callable(module.add_options)
    assert VERBS[verb] in " ".join(build_parser().format_help().split())


@pytest.mark.parametrize("verb", [["run", "ifbench"], ["run", "imgcoder"], ["build", "template"]])
def test_an_option_that_is_elsewhere_says_where(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--out", "x", "--licence", "by"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "unrecognized arguments: --licence by; it is taken by runs over photographs" in said
    with pytest.raises(SystemExit):
        main([*verb, "--out", "x", "--nonsense"])
    assert "it is taken" not in capsys.readouterr().err
