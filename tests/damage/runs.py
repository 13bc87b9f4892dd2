"""Small runs of every flow, made without a network: what the fuzz suite damages."""

import contextlib
import io
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from irloom.cli.main import main
from support.coco import write_coco
from support.ifbench import write_set
from support.problems import SUPPORTED
from support.scenes import write_scenes
from support.sentences import AlignSet
from support.template_sets import write_rgbnir

FLOWS = ("infrared", "cir", "imgcoder", "ifbench", "align", "detect", "template")
"""Sets of questions are asked by one benchmark under three names."""


@dataclass(frozen=True, slots=True)
class MadeRun:
    """A run that ended, and how its flow's data is exported and scored."""

    flow: str
    root: Path
    exports: tuple[tuple[str, ...], ...]
    """Options of `irloom export`, without RUN and `--out`."""
    bench: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str


def call(*arguments: object) -> Said:
    """Run `irloom` here."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def make_runs(folder: Path, flows: Collection[str] = FLOWS) -> Mapping[str, MadeRun]:
    """Make runs of some flows; `IRLOOM_CACHE` should be a folder of the caller's."""
    os.environ.setdefault("IRLOOM_CACHE", str(folder / "cache"))
    photographs, scenes = write_coco(folder / "photographs", 4), write_scenes(folder / "scenes", 2)
    problems = folder / "problems.jsonl"
    asked = [examples[0][0] for examples in list(SUPPORTED.values())[:3]]
    problems.write_text(
        "".join(json.dumps({"id": f"p{n}", "question": q}) + "\n" for n, q in enumerate(asked))
    )
    questions = write_set(folder / "questions", each=1)
    sentences, scenery = AlignSet(folder / "sentences").write(), write_rgbnir(folder / "rgbnir")
    made = {
        "infrared": MadeRun(
            "infrared", folder / "infrared", (_LLAVA, (*_LLAVA, "--data", "pairs"), _PARQUET)
        ),
        "cir": MadeRun("cir", folder / "cir", (("--format", "edir"),)),
        "imgcoder": MadeRun(
            "imgcoder", folder / "imgcoder", ((*_LLAVA, "--data", "figures"),), ("bench", "scigen")
        ),
        "ifbench": MadeRun(
            "ifbench", folder / "ifbench", (("--format", "vlmevalkit"),), ("bench", "ifbench")
        ),
        "align": MadeRun("align", folder / "align", (("--format", "alignbench"),)),
        "detect": MadeRun("detect", folder / "detect", (), ("bench", "align")),
        "template": MadeRun("template", folder / "template", (_LLAVA,), ("bench", "template")),
    }
    commands = {
        "infrared": ["run", "infrared", *photographs.options, "--no-translation", "--tasks", "reasoning"],
        "cir": ["run", "cir", *scenes.options],
        "imgcoder": ["run", "imgcoder", "--problems", str(problems)],
        "ifbench": questions.options(folder / "ifbench")[:-3],
        "align": ["run", "align", *photographs.options],
        "detect": ["run", "detect", "--data", str(sentences.data), "--images", str(sentences.images)],
        "template": ["run", "template", "--data", str(folder / "set")],
    }
    if "template" in flows:
        assert call("build", "template", "--rgbnir", scenery, "--out", folder / "set").code == 0
    for name in flows:
        said = call(*commands[name], "--out", made[name].root, "--quiet", "--concurrency", 1)
        assert said.code in {0, 1}, said.err
    return {name: made[name] for name in flows}


_LLAVA = ("--format", "llava")
_PARQUET = ("--format", "parquet", "--data", "pairs")
