"""Has a set of AlignBench's size scored through the mock endpoint: memory, and CPU time a sentence.

89,473 sentences about stand-in images, six an image, are as many requests. The memory is compared with
that of a run over a set of 900.
"""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from benchmarks.growth import Measured, measure, print_growth
from benchmarks.inputs import write_config
from benchmarks.local_server import LocalServer
from benchmarks.processes import irloom, workplace
from benchmarks.report import print_machine

FEW = 900
AN_IMAGE = 6
"""Sentences about each."""
CAPTIONERS = ("captioner-a", "captioner-b", "captioner-c")
LIMIT_S = 7200.0


def write_set(folder: Path, sentences: int) -> Path:
    """Sentences in AlignBench's columns, a third of them wrong; the images are links to one tiny file."""
    images = folder / "images"
    images.mkdir(parents=True)
    first = images / f"{0:012d}.png"
    Image.new("RGB", (32, 24), (90, 150, 30)).save(first)
    for number in range(1, -(-sentences // AN_IMAGE)):
        os.link(first, images / f"{number:012d}.png")
    path = folder / "sentences.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps(_describe(number)) + "\n" for number in range(sentences))
    return path


def _describe(number: int) -> dict[str, object]:
    wrong = number % 3 == 0
    return {
        "model": CAPTIONERS[number % len(CAPTIONERS)],
        "image_name": f"{number // AN_IMAGE:012d}.png",
        "sentence_index": number % AN_IMAGE,
        "caption": f"Three dogs run past a wooden gate, number {number}, and a man looks after them.",
        "annotation": "incorrect" if wrong else "correct",
        "error_type": "Number" if wrong else None,
        "error_words": ["Three"] if wrong else [],
    }


def score(folder: Path, sentences: int, in_flight: int, delay_s: float) -> Measured:
    """A run over a set of so many sentences, each of which is asked once."""
    data, root, logs = (folder / f"{name}-{sentences}" for name in ("set", "run", "logs"))
    given = ("--data", write_set(data, sentences), "--images", data / "images")
    with LocalServer(delay_s=delay_s) as server:
        config = write_config(folder / "settings.toml", server.url, in_flight)
        command = irloom("run", "detect", *given, "--out", root, "--config", config, "--quiet")
        found = measure(command, root, logs, sentences, server, LIMIT_S)
    assert found.asks == sentences, f"{found.asks:,} asks of {sentences:,}"
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=89_473)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.1, help="seconds that the endpoint takes")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    sentences, least, delay_s = (2000, 500, 0.02) if given.short else (given.sentences, FEW, given.delay)
    print_machine()
    with workplace(given.keep) as folder:
        few, many = (score(folder, number, given.in_flight, delay_s) for number in (least, sentences))
        print_growth(few, many, "sentences", given.in_flight, delay_s)


if __name__ == "__main__":
    main()
