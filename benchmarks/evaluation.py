"""Asks a set of IF-Bench's size in all variants through the mock endpoint: memory, and time over the ideal.

680 questions about 499 stand-in images, in two languages, four orders and six variants, are 32,640 asks.
The memory is compared with that of a run over a set of seven.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.growth import Measured, measure, print_growth
from benchmarks.inputs import write_config
from benchmarks.local_server import LocalServer
from benchmarks.processes import irloom, workplace
from benchmarks.report import print_machine
from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS

ASKS = 2 * 4 * 6
"""Of a question: languages, orders, variants."""
FEW = 7
LIMIT_S = 7200.0
VARIANTS = "normal,prior,pair,prior+pair,translated,blind"


def write_set(folder: Path, questions: int, given: Path | None) -> Path:
    """So many questions in IF-Bench's form, made or of the `given` file, about tiny stand-in images."""
    rows = _make_rows(questions) if given is None else _read_rows(given)[:questions]
    assert len(rows) == questions, f"{given} holds {len(rows):,} questions"
    names = sorted({row["dst_thermal_path"] for row in rows})
    for kind, shade in (("infrared", 90), ("visible", 150)):
        (folder / kind).mkdir(parents=True)
        for number, name in enumerate(names):
            picture = Image.new("RGB", (32, 24), (shade, number % 256, number // 256))
            picture.save(folder / kind / name)
    path = folder / "if_bench.json"
    path.write_text(json.dumps(rows))
    return path


def _read_rows(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text("utf-8"))
    return found if isinstance(found, list) else [row for rows in found.values() for row in rows]


def _make_rows(questions: int) -> list[dict[str, Any]]:
    """Three of them are about two images."""
    names = list(DIMENSIONS)
    return [_describe(number, names[number % len(names)]) for number in range(1, questions + 1)]


def _describe(number: int, dimension: str) -> dict[str, Any]:
    options = {letter: f"what {letter} says of number {number}" for letter in "ABCD"}
    return {
        "dst_thermal_path": f"{number - number // 3:032x}.png",
        "question": {
            "dimension": dimension,
            "answer": "ABCD"[number % 4],
            **{f"{language}_question": f"What is seen in number {number}?" for language in ("en", "cn")},
            **{f"{language}_options": options for language in ("en", "cn")},
        },
    }


def ask(folder: Path, questions: int, in_flight: int, delay_s: float, own: Path | None) -> Measured:
    """A run over a set of so many questions, of which each way of asking is asked once."""
    data, root, logs = (folder / f"{name}-{questions}" for name in ("set", "run", "logs"))
    images: list[str | Path] = ["--images", data / "infrared", "--rgb", data / "visible"]
    given = ("--data", write_set(data, questions, own), *images, "--variants", VARIANTS)
    with LocalServer(delay_s=delay_s) as server:
        config = write_config(folder / "settings.toml", server.url, in_flight)
        config.write_text(config.read_text().replace(f"concurrency = {in_flight}", "concurrency = 4"))
        command = irloom("run", "ifbench", *given, "--out", root, "--config", config, "--quiet")
        found = measure(command, root, logs, questions, server, LIMIT_S)
    assert found.asks == questions * ASKS, f"{found.asks:,} asks of {questions * ASKS:,}"
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=680)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=1.0, help="seconds that the endpoint takes")
    parser.add_argument("--data", type=Path, help="IF-Bench's own file in place of made questions")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    own = given.data and given.data.resolve()
    questions, delay_s = (40, 0.02) if given.short else (given.questions, given.delay)
    print_machine()
    with workplace(given.keep) as folder:
        few, many = (ask(folder, number, given.in_flight, delay_s, own) for number in (FEW, questions))
        print_growth(few, many, "questions", given.in_flight, delay_s)


if __name__ == "__main__":
    main()
