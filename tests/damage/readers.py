"""Everything that reads a run, as the fuzz suite asks it: what came out, and whether damage was told."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

import irloom
from damage.runs import MadeRun, call
from irloom.engine.summary import last_commits
from irloom.errors import IrloomError
from irloom.web.app import build_app

BUG = 70
_TOLD = ("was changed after irloom", "It cannot be shown as it was sent")


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader gave."""

    found: Any
    told: bool
    """It said that something is wrong, by its exit code or in words."""
    said: str = ""
    is_bug: bool = False


Reader = Callable[[MadeRun, Path, Path], Read]
"""Reads the run at a path; the other one is for what it writes."""


def inspect(made: MadeRun, root: Path, out: Path) -> Read:
    return _ask("inspect", root, "--json", root=root)


def inspect_samples(made: MadeRun, root: Path, out: Path) -> Read:
    reads = [_ask("inspect", root, sample, "--json", root=root) for sample in list_samples(made)]
    return _join(reads)


def export(made: MadeRun, root: Path, out: Path) -> Read:
    reads = []
    for number, options in enumerate(made.exports):
        target = out / f"export-{number}"
        read = _ask("export", root, *options, "--out", target, root=root)
        reads.append(Read(_content(target, root), read.told, read.said, read.is_bug))
    return _join(reads)


def report(made: MadeRun, root: Path, out: Path) -> Read:
    read = _ask("report", root, "--out", out / "report.html", root=root)
    page = (out / "report.html").read_text("utf-8") if (out / "report.html").is_file() else ""
    return Read(_strip(page, root), read.told, read.said, read.is_bug)


def bench(made: MadeRun, root: Path, out: Path) -> Read:
    return _ask(*made.bench, root, "--json", root=root) if made.bench else Read(None, False)


def python(made: MadeRun, root: Path, out: Path) -> Read:
    try:
        run = irloom.open(root)
        rows = {
            path.stem: list(run.rows(path.stem))
            for path in sorted(made.root.glob("*.jsonl"))
            if _has_rows(path)
        }
        return Read((rows, dict(run.summary.outcomes)), False)
    except IrloomError as error:
        return Read(None, True, str(error))
    except Exception as error:  # whatever else comes out is a bug
        return Read(None, True, repr(error), is_bug=True)


def view(made: MadeRun, root: Path, out: Path) -> Read:
    """The list, every sample, and every picture at full size."""
    try:
        app = build_app([root], cache=out / "view")
        follower = app.state.follower
        follower._catch_up(app.state.runs[0])
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            pages = [client.get("/runs/0"), client.get("/runs/0/rules")]
            for sample in list_samples(made):
                answer = client.get(f"/runs/0/samples/{sample}")
                pages.append(answer)
                pages += [client.get(one) for one in re.findall(r'"(/image/[^"?]*)"', answer.text)]
    except IrloomError as error:
        return Read(None, True, str(error))
    texts = [(page.status_code, _strip(page.text, root)) for page in pages]
    told = any(status >= 400 or any(word in text for word in _TOLD) for status, text in texts)
    bugs = [text for status, text in texts if status == 500 and "a bug in irloom" in text]
    return Read(texts, told, "".join(bugs), bool(bugs))


def resume(made: MadeRun, root: Path, out: Path) -> Read:
    """Goes on with a copy; the rows that there are then."""
    return _resume(root, out / "resumed")


def drop_damaged(made: MadeRun, root: Path, out: Path) -> Read:
    """Likewise, without what is damaged."""
    return _resume(root, out / "mended", "--drop-damaged")


def _resume(root: Path, copy: Path, *options: str) -> Read:
    shutil.copytree(root, copy)
    said = call("resume", copy, "--quiet", "--concurrency", 1, *options)
    told = said.code not in {0, 1} or bool(said.err.strip())
    rows = list_rows(copy) if said.code in {0, 1} else None
    return Read(rows, told, said.err, said.code == BUG)


READERS: Mapping[str, Reader] = {
    reader.__name__: reader
    for reader in (inspect, inspect_samples, export, report, bench, python, view, resume, drop_damaged)
}


def list_samples(made: MadeRun) -> list[str]:
    """Of the run before it was harmed."""
    return sorted(last_commits(made.root))


def list_rows(root: Path) -> dict[str, list[str]]:
    """The rows of every data file that has any, in no order, without what differs from run to run."""
    run = irloom.open(root)
    names = [path.stem for path in sorted(root.glob("*.jsonl")) if _has_rows(path)]
    return {name: sorted(json.dumps(row, sort_keys=True) for row in run.rows(name)) for name in names}


def _has_rows(path: Path) -> bool:
    return path.stem not in {"commits", "transcripts", "rules", "marks"}


def _ask(*arguments: object, root: Path) -> Read:
    said = call(*arguments)
    told = said.code != 0 or bool(said.err.strip())
    return Read(_strip(said.out, root), told, said.err, said.code == BUG)


def _join(reads: list[Read]) -> Read:
    return Read(
        [read.found for read in reads],
        any(read.told for read in reads),
        "\n".join(read.said for read in reads),
        any(read.is_bug for read in reads),
    )


def _strip(text: str, root: Path) -> str:
    """Without where the run lies, and without times of the page."""
    return re.sub(r"data-stamp=\"[^\"]*\"|\d+ (?:s|min|h) ago", "", text.replace(str(root), "RUN"))


_SUMS = re.compile(rb'"sha256": \[[^\]]*\]')
"""What a sidecar says of its file, which is compared itself, and may name the place of the run."""


def _content(target: Path, root: Path) -> Any:
    paths = sorted(path for path in target.rglob("*") if path.is_file()) if target.is_dir() else [target]
    return {
        path.name: _SUMS.sub(b"", path.read_bytes().replace(str(root).encode(), b"RUN"))
        for path in paths
        if path.is_file()
    }
