"""`irloom doctor` looks at what a run needs, and says what to do about what is missing."""

from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.doctor import PACKAGES
from irloom.cli.main import main
from irloom.errors import ConfigError
from irloom.sandbox import levels
from irloom.sandbox.levels import Probe, SandboxOptions
from support.chat_server import Asked, ChatServer, complete
from support.sets import write_llvip


@pytest.fixture(scope="module")
def sandbox() -> Callable[[SandboxOptions], Awaitable[Probe]]:
    """Tries what holds here as the doctor does, but once for all tests of this file."""
    found: dict[str, Probe] = {}
    probe = levels.probe_sandbox

    async def probe_once(options: SandboxOptions) -> Probe:
        if "here" not in found:
            found["here"] = await probe(options)
        return found["here"]

    return probe_once


@pytest.fixture(autouse=True)
def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sandbox: Callable[[SandboxOptions], Awaitable[Probe]]
) -> None:
    monkeypatch.setattr(levels, "probe_sandbox", sandbox)
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(key="secret") as server:
        server.recognise = lambda body: server_asked(body)
        server.fault = lambda asked, again: complete(["ready"] * asked.body.get("n", 1), server.model)
        yield server


def server_asked(body: dict[str, Any]) -> Asked:
    return Asked("doctor", {}, body)


def doctor(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    code = main(["doctor", *options])
    return code, capsys.readouterr().out.splitlines()


def ask(server: ChatServer, *more: str) -> list[str]:
    return ["--profile", "openai", "--model", server.model, "--base-url", server.url, *more]


def test_packages_device_disk_and_cache_are_looked_at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, lines = doctor(capsys)
    assert lines[0].startswith("ok  Python 3.")
    for name in PACKAGES:
        installed = any(found.version for found in distributions(name=name))
        wanted = f"ok  {name} " if installed else f"NO  {name}: not installed: pip install {name}"
        assert any(line.startswith(wanted) for line in lines), name
    assert code == (2 if any(line.startswith("NO ") for line in lines) else 0)
    assert any("GB free in this folder" in line for line in lines)
    assert any(line.startswith("ok  translator radiometric on ") for line in lines)
    assert "ok  scorer grounding, which loads no model" in lines
    assert any(str(tmp_path / "cache") in line for line in lines)
    assert not any("endpoint" in line for line in lines)


def test_the_sandbox_is_tried_and_its_level_named(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = doctor(capsys)
    assert any(line.startswith("ok  sandbox for figure scripts: ") for line in lines) or any(
        line.startswith("NO  sandbox for figure scripts ") for line in lines
    )


def test_a_machine_where_no_sandbox_holds_is_told_the_ways_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(options: object) -> None:
        raise ConfigError("no sandbox holds here, so code that a model wrote is not run.")

    monkeypatch.setattr("irloom.sandbox.levels.probe_sandbox", refuse)
    code, lines = doctor(capsys)
    assert code == 2
    assert any("no sandbox holds here" in line for line in lines)


def test_a_cache_that_cannot_be_made_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "file"))
    code, lines = doctor(capsys)
    assert code == 2
    assert any(
        line.startswith(f"NO  cache folder {tmp_path / 'file'}: File exists; let IRLOOM_CACHE name")
        for line in lines
    )


def test_an_endpoint_that_answers_is_named_with_its_model(
    server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    _, lines = doctor(capsys, *ask(server))
    assert any(line.startswith(f"ok  endpoint {server.url} answers as test-model in ") for line in lines)
    assert not any("ignores `n`" in line for line in lines)


def test_an_endpoint_that_ignores_n_is_good_with_a_warning(
    server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fault = lambda asked, again: complete(["ready"], server.model)
    _, lines = doctor(capsys, *ask(server))
    assert any(line.startswith("ok  it ignores `n`: candidates will be separate requests") for line in lines)


def test_a_wrong_key_and_a_wrong_model_are_missing(
    server: ChatServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = doctor(capsys, *ask(server), "--model", "bogus")
    assert code == 2
    assert any(line.startswith(f"NO  endpoint {server.url}: ") and "bogus" in line for line in lines)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-xyzzy")
    code, lines = doctor(capsys, *ask(server))
    assert code == 2
    assert any(line.startswith(f"NO  endpoint {server.url}: ") and "OPENAI_API_KEY" in line for line in lines)
    assert not any("xyzzy" in line for line in lines), "the key itself is not shown"


def test_a_scorer_that_must_see_needs_an_endpoint_that_does_not_drop_pictures(
    server: ChatServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text('[scorer]\nkind = "vqa"\n')
    code, lines = doctor(capsys, *ask(server), "--config", str(tmp_path / "own.toml"))
    assert code == 2, "our test server counts as many tokens with a picture as without"
    assert f"NO  endpoint {server.url} drops pictures: serve a vision-language model there" in lines


def test_an_endpoint_is_asked_as_a_run_of_the_flow_would(
    server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(capsys, *ask(server))
    tiny, longest = server.asked[-2:]
    assert tiny.body["n"] == 5, "as many as the caption filter wants"
    assert "traffic light" in longest.body["messages"][-1]["content"]
    doctor(capsys, *ask(server), "--flow", "imgcoder")
    assert server.asked[-1].body["n"] == 4, "as often as a quiz is tried blind"


def test_a_judge_that_must_see_needs_an_endpoint_that_does_not_drop_pictures(
    server: ChatServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text('judge_sees = ["image"]\n')
    code, lines = doctor(capsys, *ask(server), "--config", str(tmp_path / "own.toml"))
    assert code == 2
    assert f"NO  endpoint {server.url} drops pictures: serve a vision-language model there" in lines


def test_without_a_model_the_endpoint_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = doctor(capsys, "--profile", "openai")
    assert code == 2
    assert "NO  profile openai: --model missing: name the chat model of the endpoint." in lines


def test_the_paper_profile_says_that_its_weights_have_to_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = doctor(capsys, "--profile", "paper")
    assert code == 2
    assert any("translator.checkpoint: it is not set" in line for line in lines)


@pytest.mark.parametrize("profile", ["local", "paper"])
def test_a_profile_for_a_gpu_never_falls_back_to_the_processor(
    profile: str,
    server: ChatServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    (tmp_path / "own.toml").write_text(
        '[translator]\ncheckpoint = "weights.pt"\n' if profile == "paper" else ""
    )
    options = ["--profile", profile, "--config", str(tmp_path / "own.toml")]
    code, lines = doctor(capsys, *options, "--model", server.model, "--base-url", server.url)
    assert code == 2
    assert any(line.startswith(f"ok  endpoint {server.url} answers") for line in lines)
    for role in ("translator", "scorer"):
        assert any(
            line.startswith(f"NO  {role} ") and "device = 'cuda' is not there" in line for line in lines
        )
        assert any(
            line.startswith(f"NO  {role} ") and ("not here" in line or "no such file" in line)
            for line in lines
        )
    assert profile != "paper" or any(str(tmp_path / "weights.pt") in line for line in lines)


def test_a_model_that_does_not_fit_into_memory_is_found_before_it_is_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "weights.pt").write_bytes(bytes(1000))
    (tmp_path / "own.toml").write_text(
        '[translator]\nkind = "srgb_tir"\ncheckpoint = "weights.pt"\ndevice = "cpu"\n'
    )
    monkeypatch.setattr("irloom.backends.accelerator.free_memory", lambda device: 1200)
    code, lines = doctor(capsys, "--config", str(tmp_path / "own.toml"))
    assert code == 2
    assert any(
        line.startswith("NO  translator srgb_tir on cpu") and "smaller model" in line for line in lines
    )


def test_with_load_the_models_work_once_on_a_picture_that_is_drawn_here(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, lines = doctor(capsys, "--load")
    assert any(line.startswith("ok  translator at work: an infrared picture was made") for line in lines)
    assert any(line.startswith("ok  scorer at work: two captions were scored") for line in lines)


def test_weights_that_cannot_be_loaded_are_missing_and_no_bug(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "weights.pt").write_bytes(bytes(1000))
    (tmp_path / "own.toml").write_text(
        '[translator]\nkind = "srgb_tir"\ncheckpoint = "weights.pt"\ndevice = "cpu"\n'
    )
    code, lines = doctor(capsys, "--load", "--config", str(tmp_path / "own.toml"))
    assert code == 2
    assert any(line.startswith("NO  translator at work: ") and "weights.pt" in line for line in lines)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "localhost:8000", "ftp://a"])
def test_an_endpoint_that_is_not_there_is_missing_and_no_bug(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = doctor(capsys, "--profile", "openai", "--model", "m", "--base-url", url)
    assert code == 2
    assert any(line.startswith("NO  endpoint ") for line in lines)


def test_a_set_is_examined_in_place_of_everything_else(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = write_llvip(tmp_path / "set")
    code, lines = doctor(capsys, "--source", "llvip", "--root", str(root), "--plot", str(tmp_path / "a.png"))
    assert code == 0
    assert lines[0] == "ok  llvip: 2 images, 2 pairs, 2 boxes, 0 captions"
    assert lines[-1] == f"ok  drawn: {tmp_path / 'a.png'}"
    assert not any("Python" in line for line in lines)
    assert (tmp_path / "a.png").is_file()


def test_what_of_a_set_does_not_fit_is_said_and_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = write_llvip(tmp_path)
    (root / "infrared" / "train" / "010001.jpg").write_bytes(b"nothing")
    code, lines = doctor(capsys, "--source", "llvip", "--root", str(root))
    assert code == 2
    assert any(line.startswith("NO  010001: ") for line in lines)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "llvip"], "belong together"),
        (["--plot", "a.png"], "belong together"),
        (["--source", "llvip", "--root", ".", "--most", "0"], "--most 0"),
        (["--source", "folder", "--root", ".", "--parts", "nothing"], "holds no image"),
        (["--source", "nothing", "--root", "."], "is unknown; there are"),
    ],
)
def test_a_set_that_is_named_by_halves_is_refused(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *options]) == 2
    assert said in capsys.readouterr().err
