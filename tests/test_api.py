"""Runs from Python."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

import irloom
from irloom.errors import ConfigError, RunDirError
from support.coco import write_coco
from support.scenes import write_scenes

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_coco(tmp_path / "coco", 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_the_examples_of_the_docs_run_one_after_the_other_and_say_what_they_should(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(BLOCKS) == 5
    names: dict[str, Any] = {}
    said = []
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
        said.append(capsys.readouterr().out)
    assert "Counter({'accepted': 2}) 6" in said[0]
    assert "images/1.png" in said[0]
    assert said[2] == "3 accepted\n", "only what the new limit added"
    assert said[3].endswith(" caption infrared\n")
    assert len(list(names["run"].rows("edits"))) == names["run"].summary.edits


def test_every_commit_is_reported_and_the_rows_are_those_on_disk(place: Path) -> None:
    commits: list[str] = []
    config = irloom.InfraredConfig(
        images=Path("coco/images"), captions=Path("coco/captions.json"), translation=False
    )
    run = irloom.start(config, "run", report=lambda commit: commits.append(commit["sample"]))
    assert sorted(commits) == ["1", "2", "3"]
    assert {row["sample"] for row in run.rows("pairs")} == {"1", "2", "3"}
    assert run.sample("2")["commit"]["outcome"] == "accepted"


def test_mistakes_are_errors_that_say_what_to_mend(place: Path) -> None:
    with pytest.raises(RunDirError, match="holds no run"):
        irloom.open("nowhere")
    config = irloom.InfraredConfig(images=Path("nothing"), captions=Path("coco/captions.json"))
    with pytest.raises(ConfigError, match="is not a folder"):
        irloom.start(config, "run")
    good = irloom.InfraredConfig(
        images=Path("coco/images"), captions=Path("coco/captions.json"), limit=1, translation=False
    )
    run = irloom.start(good, "run")
    with pytest.raises(
        RunDirError, match="no rows 'edits': it has pairs, instructions, rejected, rejected_pairs, failed"
    ):
        run.rows("edits")
    with pytest.raises(RunDirError, match="irloom resume"):
        irloom.start(good, "run")


def test_a_retry_of_what_is_no_stage_is_refused(place: Path) -> None:
    config = irloom.InfraredConfig(
        images=Path("coco/images"), captions=Path("coco/captions.json"), limit=1, translation=False
    )
    irloom.start(config, "run")
    with pytest.raises(ConfigError, match=r"give \(\) for all"):
        irloom.resume("run", retry="judge")
    with pytest.raises(ConfigError, match=r"'infrared' has no stage 'nosuch'; it has source, translate, "):
        irloom.resume("run", retry=("judge", "nosuch"))


def test_a_run_of_the_cir_flow_leaves_its_data_set(place: Path) -> None:
    scenes = write_scenes(place / "scenes", 2)
    config = irloom.CirConfig(
        images=scenes.images,
        captions=scenes.captions,
        instances=scenes.instances,
        subcategories=("color",),
        limit=1,
    )
    run = irloom.start(config, "run")
    first = run.summary.edits
    assert count_queries() == len(list(run.rows("edits"))) == first > 0
    more = irloom.resume("run", settings={"limit": 2})
    assert count_queries() == more.summary.edits > first
    assert {line["sample"] for line in run.rows("edits")} == {"1", "2"}


def count_queries() -> int:
    return len(Path("run/dataset/queries.jsonl").read_text("utf-8").splitlines())


async def test_inside_an_event_loop_the_other_call_is_named(place: Path) -> None:
    config = irloom.InfraredConfig(images=Path("coco/images"), captions=Path("coco/captions.json"))
    with pytest.raises(ConfigError, match=r"await irloom\.start_async"):
        irloom.start(config, "run")
    with pytest.raises(ConfigError, match=r"await irloom\.resume_async"):
        irloom.resume("run")
    assert not Path("run").exists()


async def test_two_at_once_in_one_process_do_not_work_on_one_run(place: Path) -> None:
    config = irloom.InfraredConfig(
        images=Path("coco/images"), captions=Path("coco/captions.json"), translation=False
    )
    refused: list[str] = []

    async def interfere() -> None:
        try:
            await irloom.resume_async("run")
        except RunDirError as error:
            refused.append(str(error))

    def report(commit: Any) -> None:
        tasks.append(asyncio.get_running_loop().create_task(interfere()))

    tasks: list[asyncio.Task[None]] = []
    run = await irloom.start_async(config, "run", report=report)
    await asyncio.gather(*tasks)
    assert refused[:1] == ["run is in use by this process already: wait until that has ended."]
    assert len(list(run.rows("pairs"))) == 9
    assert (await irloom.resume_async("run")).summary.samples == 3, "it is free again"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = irloom.nothing
    assert set(irloom.__all__) <= {name for name in irloom.__all__ if getattr(irloom, name)}
