"""A report tells what the words of a run's training data are like."""

from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.pipelines.registry import find_usable
from irloom.report.rows import sample_rows
from irloom.report.words import describe_words
from support.small_run import SmallRun, draw_image


def tell(root: Path) -> dict[str, dict[str, str]]:
    run = RunDirectory.open(root)
    flow: Any = find_usable(run.flow)
    sampled = sample_rows(root, [one.name for one in flow.data], flow.plots)
    sections = describe_words(root, run.about, sampled, flow)
    return {section.title: dict(section.table[1:]) for section in sections}  # type: ignore[arg-type]


def test_pairs_and_instructions_are_told_apart(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog.", "A dog runs."], [("conversation", "No, there is no dog.")])
    found = tell(run.root)
    assert list(found) == ["Words of pairs", "Words of instructions"]
    assert found["Words of pairs"]["answers"] == "2"
    assert found["Words of instructions"]["answers that deny"] == "100% of 1"


def test_every_share_says_of_how_many(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog runs.", "A dog runs."])
    told = tell(run.root)["Words of pairs"]
    assert told["different questions"].endswith("% of 2")
    assert told["different words, pairs and triples of words"] == "50% of 6 · 50% of 4 · 50% of 2"
    bare = [name for name, said in told.items() if "%" in said and " of " not in f"{name} {said}"]
    assert not bare, bare


def test_a_run_without_rows_tells_nothing(tmp_path: Path) -> None:
    assert tell(SmallRun(tmp_path / "run").root) == {}
