"""A run is prepared once, and is one process's from the reading of its inputs to its last commit."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

import irloom
from irloom.backends.builders import build_translator
from irloom.cli.main import main
from irloom.engine import lock
from irloom.engine.directory import RunDirectory
from irloom.engine.summary import summarise
from irloom.engine.texts import Texts
from irloom.errors import ConfigError, RunDirError
from irloom.pipelines.conditions import read_config
from irloom.pipelines.flow import Crew, Flow, Indexing, Inputs
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.registry import find_flow
from irloom.pipelines.run import new_run
from irloom.pipelines.workbench import Workbench
from support.begun import Begun, spare_brown
from support.chat_server import Asked, ChatServer
from support.coco import CocoFiles, write_coco


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    return write_coco(tmp_path / "coco", 2, ["A brown dog lies beside a bench."])


def config_of(coco: CocoFiles, **more: Any) -> InfraredConfig:
    return InfraredConfig(images=coco.images, captions=coco.captions, tasks=(), translation=False, **more)


# Once


class Counted:
    """The infrared flow, counting how often its parts are asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, out: Path) -> None:
        self.times: Counter[str] = Counter()
        self.on_disk: list[bool] = []
        self._out = out
        self._flow: Flow[InfraredConfig] = find_flow("infrared")
        counted = replace(
            self._flow, load=self._load, build=self._build, graph=self._graph, finish=self._finish
        )
        monkeypatch.setattr("irloom.pipelines.infrared.flow", counted)

    def _load(self, config: InfraredConfig, texts: Texts, indexing: Indexing | None) -> Inputs:
        self.times["load"] += 1
        return self._flow.load(config, texts, indexing)

    async def _build(self, config: InfraredConfig, inputs: Inputs, bench: Workbench) -> Crew:
        self.times["build"] += 1
        self.on_disk.append(self._out.exists())
        return await self._flow.build(config, inputs, bench)

    def _graph(self) -> Any:
        self.times["graph"] += 1
        return self._flow.graph()

    def _finish(self, root: Path, notify: Any) -> list[str]:
        self.times["finish"] += 1
        assert summarise(root).samples == 2
        return ["That was all."]


def test_a_run_is_prepared_once_and_is_on_disk_only_after_its_backends_were_built(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    counted = Counted(monkeypatch, out)
    assert main(["run", "infrared", *coco.options, "--out", str(out), "--tasks", "none", "--quiet"]) == 0
    assert counted.times == {"load": 1, "build": 1, "graph": 1, "finish": 1}
    assert counted.on_disk == [False]
    assert capsys.readouterr().out.endswith(
        f"Use it:\n  irloom export {out} --format llava --data pairs --out llava.json\nThat was all.\n"
    )
    assert main(["resume", str(out), "--quiet"]) == 0
    assert counted.times == {"load": 2, "build": 2, "graph": 2, "finish": 2}
    assert counted.on_disk == [False, True]


def test_a_translator_is_built_once_for_a_run(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []

    def count(options: Any, notify: Any) -> Any:
        built.append(options.kind)
        return build_translator(options, notify)

    monkeypatch.setattr("irloom.pipelines.infrared.inputs.build_translator", count)
    command = ["run", "infrared", *coco.options, "--tasks", "none", "--quiet"]
    assert main([*command, "--out", str(tmp_path / "run")]) == 0
    assert built == ["radiometric"]
    assert main([*command, "--out", str(tmp_path / "pilot"), "--dry-run", "1"]) == 0
    assert built == ["radiometric"] * 2


def test_backends_that_cannot_be_built_leave_no_folder_and_what_was_built_is_closed(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flow, out, closed = find_flow("infrared"), tmp_path / "run", list[str]()

    async def close() -> None:
        closed.append("backend")

    async def build(config: Any, inputs: Inputs, bench: Workbench) -> Crew:
        bench.close_at_end(close)
        raise ConfigError("the weights are missing: fetch them.")

    monkeypatch.setattr("irloom.pipelines.infrared.flow", replace(flow, build=build))
    assert main(["run", "infrared", *coco.options, "--out", str(out)]) == 2
    assert capsys.readouterr().err == "irloom: the weights are missing: fetch them.\n"
    assert closed == ["backend"]
    assert not out.exists()


def test_a_cap_in_dollars_without_prices_leaves_no_folder(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    endpoint = ["--profile", "openai", "--model", "nobody-knows-it", "--base-url", "http://localhost:9/v1"]
    assert main(["run", "infrared", *coco.options, "--out", str(out), *endpoint, "--max-cost", "1"]) == 2
    assert "--max-cost needs prices, and none is known" in capsys.readouterr().err
    assert not out.exists()


def test_what_an_endpoint_taught_before_a_run_was_on_disk_is_written_with_it(
    coco: CocoFiles, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with new_run(out, config_of(coco), lambda message: None) as opened:
        opened.learn("place", {"n": False})
        assert opened.learnt == {"place": {"n": False}}
        assert opened.count_samples() == (2, 2)
        assert not out.exists()
        opened.begin()
        opened.begin()
        opened.learn("other", 1)
        assert opened.learnt == {"place": {"n": False}, "other": 1}
    assert RunDirectory.open(out).learnt == {"place": {"n": False}, "other": 1}


def test_of_two_that_begin_a_run_in_one_folder_the_slower_one_is_refused(
    coco: CocoFiles, tmp_path: Path
) -> None:
    out, config = tmp_path / "run", config_of(coco)
    with (
        new_run(out, config, lambda message: None) as slow,
        new_run(out, config, lambda message: None) as quick,
    ):
        quick.begin()
        with pytest.raises(RunDirError, match="in use by this process"):
            slow.begin()
    with new_run(tmp_path / "next", config, lambda message: None) as slow:
        with new_run(tmp_path / "next", config, lambda message: None) as quick:
            quick.begin()
        with pytest.raises(RunDirError, match="holds a run already"):
            slow.begin()


def test_the_samples_still_to_come_are_counted_with_those_that_are_done(
    coco: CocoFiles, tmp_path: Path
) -> None:
    with new_run(tmp_path / "few", config_of(coco, limit=1), lambda message: None) as opened:
        assert opened.count_samples() == (1, 1)
    with new_run(tmp_path / "all", config_of(coco, limit=9), lambda message: None) as opened:
        assert opened.count_samples() == (2, 2)


def test_a_configuration_of_another_irloom_is_named_key_by_key(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Begun.infrared(coco, tmp_path / "run")
    about = begun.about
    about["config"]["colour"] = 1
    about["config"]["candidates"] = 0
    (begun.out / "run.json").write_text(json.dumps(about))
    said = (
        r"run\.json does not fit this irloom: (.|\n)*candidates = 0: (.|\n)*colour: there is no such setting"
    )
    with pytest.raises(RunDirError, match=said):
        read_config(RunDirectory.open(begun.out))
    with pytest.raises(RunDirError, match=said):
        _ = irloom.open(begun.out).config
    capsys.readouterr()
    assert begun.resume() == 2
    assert "colour: there is no such setting" in capsys.readouterr().err


def test_a_run_of_a_flow_that_is_not_here_is_refused_by_its_name(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Begun.infrared(coco, tmp_path / "run")
    (begun.out / "run.json").write_text(json.dumps({**begun.about, "flow": "sonar"}))
    before = (begun.out / "lock").read_bytes()
    capsys.readouterr()
    assert begun.resume() == 2
    assert "there is no flow 'sonar' here; there are infrared, cir, imgcoder" in capsys.readouterr().err
    assert (begun.out / "lock").read_bytes() == before


# Revisions


def revise(monkeypatch: pytest.MonkeyPatch, revision: int) -> None:
    """Have irloom bring another revision of the infrared flow."""
    flow = replace(find_flow("infrared"), revision=revision)
    monkeypatch.setattr("irloom.pipelines.infrared.flow", flow)


REVISED = "revision: rows were made by revision 1 of the flow, irloom now makes revision 2"


def test_a_run_of_another_revision_of_its_flow_is_refused_with_a_word_that_says_so(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    revise(monkeypatch, 1)
    begun = Begun.infrared(coco, tmp_path / "run")
    begun.rewrite("lexicon", spare_brown)
    assert "revision" not in begun.about["fingerprint"]
    revise(monkeypatch, 2)
    capsys.readouterr()
    assert begun.resume() == 2
    said = capsys.readouterr().err
    assert f"was started under other conditions:\n  {REVISED}\nPut them back" in said
    assert begun.rows("pairs", "2") == []


def test_accepting_another_revision_takes_its_texts_and_keeps_them(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    revise(monkeypatch, 1)
    begun = Begun.infrared(coco, tmp_path / "run")
    begun.rewrite("lexicon", spare_brown)
    begun.rewrite("prompt.caption/filter", lambda text: text.replace("# User\n", "# User\nPlease.\n"))
    revise(monkeypatch, 2)
    capsys.readouterr()
    assert begun.resume("--accept-changes") == 0
    said = capsys.readouterr().err
    assert "Going on under other conditions:" in said
    for part in (REVISED, "lexicon: the content differs", "prompt.caption/filter: the content differs"):
        assert part in said
    assert begun.about["fingerprint"]["revision"] == 2
    assert begun.kept("lexicon").read_bytes() == files("irloom.data").joinpath("lexicon.toml").read_bytes()
    assert "Please." not in begun.kept("prompt.caption/filter").read_text("utf-8")
    (after,) = begun.rows("pairs", "2")
    assert "brown" not in after["caption"]
    (line,) = [event for event in read_events(begun.out) if event["event"] == "accept_changes"]
    assert REVISED in line["changes"]
    assert begun.resume() == 0, "what was accepted holds"
    revise(monkeypatch, 1)
    assert begun.resume() == 2
    assert "rows were made by revision 2 of the flow, irloom now makes revision 1" in capsys.readouterr().err


def test_accepting_other_changes_keeps_the_texts_of_the_run(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Begun.infrared(coco, tmp_path / "run")
    begun.rewrite("lexicon", spare_brown)
    (tmp_path / "more.toml").write_text("candidates = 2\n")
    assert begun.resume("--accept-changes", "--config", str(tmp_path / "more.toml")) == 0
    said = capsys.readouterr().err
    assert "candidates: was 5, now 2" in said
    assert "lexicon" not in said
    assert "brown" in begun.rows("pairs", "2")[0]["caption"]


def test_a_run_of_a_later_revision_goes_on_with_what_it_kept(
    coco: CocoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revise(monkeypatch, 2)
    begun = Begun.infrared(coco, tmp_path / "run")
    assert begun.about["fingerprint"]["revision"] == 2
    begun.rewrite("lexicon", spare_brown)
    assert begun.resume() == 0
    assert "brown" in begun.rows("pairs", "2")[0]["caption"]


def read_events(out: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in (out / "commits.jsonl").read_text("utf-8").splitlines()]


# Other hosts


def test_a_run_that_another_host_took_over_commits_nothing_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(lock, "HEARTBEAT_S", 0.01)
    coco, out = write_coco(tmp_path / "coco", 4, captions=["A dog sits."]), tmp_path / "run"

    def take_over(asked: Asked, again: int) -> web.StreamResponse | None:
        owner = orjson.dumps({"host": "elsewhere", "pid": 7, "seen": time.time()}).ljust(200)
        while "number 3 " in asked.fields["caption"] and b"elsewhere" not in (out / "lock").read_bytes():
            with (out / "lock").open("r+b") as file:
                file.write(owner)
            time.sleep(0.2)  # some heartbeats, one of which may have come in between
        return None

    with ChatServer(fault=take_over) as server:
        flow = ["--tasks", "none", "--no-translation", "--concurrency", "1", "--filter-all"]
        assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options, *flow]) == 3
    assert "was taken over by process 7 on elsewhere" in capsys.readouterr().err
    assert summarise(out).samples == 2
    assert orjson.loads((out / "lock").read_bytes())["host"] == "elsewhere"
