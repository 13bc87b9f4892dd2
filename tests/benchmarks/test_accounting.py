"""The soak's account is of a real run, and notices what a broken one would leave behind."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.accounting import check_run
from benchmarks.inputs import CAPTIONS, write_coco
from irloom.cli.main import main

SAMPLES = 4


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("account")
    coco = write_coco(folder / "coco", SAMPLES)
    arguments = [
        "run",
        "infrared",
        *coco.options,
        "--out",
        str(folder / "run"),
        "--no-translation",
        "--quiet",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        assert main(arguments) == 0
    return folder / "run"


def test_a_whole_run_adds_up(whole_run: Path) -> None:
    assert check_run(whole_run, SAMPLES, len(CAPTIONS)) == SAMPLES


def drop_last_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def double_last_line(path: Path) -> None:
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])


def number_captions_alike(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"caption_index":1', b'"caption_index":0'))


def swap_lines(path: Path) -> None:
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([second, first, *rest]))


def add_segment(path: Path) -> None:
    path.write_bytes(b"{}\n")


@pytest.mark.parametrize(
    ("name", "spoil", "complaint"),
    [
        ("commits.jsonl", drop_last_line, "3 of 4 samples are accounted for"),
        ("commits.jsonl", double_last_line, "committed twice"),
        ("pairs.jsonl", drop_last_line, "bytes"),
        ("pairs.jsonl", number_captions_alike, "pairs are missing"),
        ("transcripts.jsonl", swap_lines, "a transcript for each commit"),
        ("journal/1.1.jsonl", add_segment, "the journal still holds"),
    ],
)
def test_what_does_not_add_up_is_noticed(
    whole_run: Path, tmp_path: Path, name: str, spoil: Callable[[Path], None], complaint: str
) -> None:
    shutil.copytree(whole_run, tmp_path / "run")
    spoil(tmp_path / "run" / name)
    with pytest.raises(AssertionError, match=complaint):
        check_run(tmp_path / "run", SAMPLES, len(CAPTIONS))
