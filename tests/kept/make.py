"""Makes the kept runs: each flow is killed in the middle of its work, and a copy of it is resumed to its end.

    PYTHONPATH=src:tests python -m kept.make [NAME ...]

from the root of the repository writes `tests/kept/NAME/` anew for each NAME (all, if none is given):

- `inputs/`: what the run reads;
- `run/`: the run directory as SIGKILL left it, with `@KEPT@` and `@SERVER@` in place of the folder that
  `inputs/` lay in and of the endpoint's address;
- `expected/`: what the code of that day made of it: the lines that the data files and the logs got after the
  kill, without what `PASSING` names, the data set, the new pictures, and `ended.json` with the exit code and
  the revision.

A kept run is there to be resumed by later code: keep those that exist, and to keep one of a later revision
add it to `RUNS` under another name. The test takes every folder that it finds. The moment of the kill is the
`at`-th call that is in the journal; where a flow came to make other calls, choose it so that `check_states`
is satisfied.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kept.inputs import write_photographs, write_problems, write_scenes
from kept.scripts import answer_cir, answer_imgcoder, answer_infrared
from support.chat_server import ChatServer, Fault
from support.killing import run_irloom

HERE = Path(__file__).parent
PASSING = {
    *("irloom", "time", "latency_ms", "drawing_ms", "sent", "ends", "sums", "sandbox"),
    *("sha256", "svg_sha256", "reference_sha256", "hash_before", "hash_after", "hash_distance"),
}
"""What is left out of the expected rows: versions, times, places in files, and hashes of pictures."""


@dataclass(frozen=True)
class Recipe:
    """How a run is made: what it reads, what the endpoint says, and after how many calls it is killed."""

    flow: str
    write: Callable[[Path], list[str]]
    answer: Fault
    at: int
    settings: str


RUNS = {
    "infrared": Recipe(
        flow="infrared",
        write=write_photographs,
        answer=answer_infrared,
        at=19,
        settings='tasks = ["conversation", "reasoning"]\ncandidates = 2\nmax_rounds = 2\n',
    ),
    "cir": Recipe(
        flow="cir",
        write=write_scenes,
        answer=answer_cir,
        at=19,
        settings='subcategories = ["color"]\nvariants = 2\n[limits]\nmax_changed_outside = 0.3\n',
    ),
    "imgcoder": Recipe(
        flow="imgcoder",
        write=write_problems,
        answer=answer_imgcoder,
        at=20,
        settings="blind_trials = 1\nmax_repairs = 1\n",
    ),
}


def make(name: str, recipe: Recipe) -> None:
    """Make one run, and put it into this folder."""
    kept = HERE / name
    with tempfile.TemporaryDirectory() as folder, ChatServer(fault=recipe.answer) as server:
        work = Path(folder)
        arguments = describe_run(recipe, work, server)
        killed = run_irloom(arguments, work, "journal.after_append", recipe.at)
        assert killed.code == -9, killed.said
        shutil.rmtree(kept, ignore_errors=True)
        for part in ("inputs", "run"):
            shutil.copytree(work / part, kept / part)
        ended = run_irloom(["resume", str(work / "run"), "--quiet"], work)
        keep_expected(work / "run", kept, ended.code)
        hide_places(kept, {str(work): "@KEPT@", server.url: "@SERVER@"})
    check_states(kept)


def describe_run(recipe: Recipe, work: Path, server: ChatServer) -> list[str]:
    """Write what it reads and give its command line."""
    inputs = recipe.write(work / "inputs")
    settings = work / "inputs" / "settings.toml"
    settings.write_text(recipe.settings)
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    more = ["--config", str(settings), "--concurrency", "1", "--quiet"]
    return ["run", recipe.flow, *inputs, "--out", str(work / "run"), *backend, *more]


def keep_expected(run: Path, kept: Path, code: int) -> None:
    """Keep the pictures and the lines that came after the kill."""
    pictures = [
        path for path in (run / "images").rglob("*.*") if not (kept / "run" / name(path, run)).exists()
    ]
    for path in pictures:
        (kept / "expected" / name(path, run)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, kept / "expected" / name(path, run))
    for path in [*run.glob("*.jsonl"), *run.glob("dataset/*.jsonl")]:
        before = kept / "run" / name(path, run)
        begun = len(read(before)) if before.exists() else 0
        rows = [lasting(row, {name(one, run) for one in pictures}) for row in read(path)[begun:]]
        (kept / "expected" / name(path, run)).parent.mkdir(parents=True, exist_ok=True)
        (kept / "expected" / name(path, run)).write_text("".join(f"{write(row)}\n" for row in rows), "utf-8")
    git = subprocess.run(["git", "rev-parse", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True)
    ended = {"exit_code": code, "revision": git.stdout.strip()}
    (kept / "expected" / "ended.json").write_text(json.dumps(ended) + "\n")


def lasting(value: Any, pictures: set[str]) -> Any:
    """A row without what another day or another machine says otherwise."""
    if isinstance(value, list):
        return [lasting(part, pictures) for part in value]
    if not isinstance(value, dict):
        return value
    passing = PASSING | ({"key"} if hangs_on(value, pictures) else set())
    passing |= {"model"} if str(value.get("model")).startswith("sandbox ") else set()
    return {key: lasting(part, pictures) for key, part in value.items() if key not in passing}


def hangs_on(turn: dict[str, Any], pictures: set[str]) -> bool:
    """Whether a call's key holds the hash of a picture that is made anew; a score does not say of which."""
    return "scores" in turn or bool(pictures & set(turn.get("images", ())))


def hide_places(kept: Path, places: dict[str, str]) -> None:
    """Put placeholders where it is said where the run lay, and forget which machine it was made on."""
    for path in [kept / "run" / "run.json", *(kept / "expected").rglob("*.jsonl")]:
        text = path.read_text("utf-8")
        for place, placeholder in places.items():
            text = text.replace(place, placeholder)
        path.write_text(text, "utf-8")
    lock = kept / "run" / "lock"
    owner = {**json.loads(lock.read_text()), "host": "elsewhere", "seen": 0.0}
    lock.write_text(json.dumps(owner).ljust(200) + "\n")


def check_states(kept: Path) -> None:
    """Some samples must be committed, one be in the middle of its calls, and some not begun."""
    begun, later = read(kept / "run" / "commits.jsonl"), read(kept / "expected" / "commits.jsonl")
    admitted, committed = pick(begun, "admit"), pick(begun, "commit")
    journal = {path.name: len(read(path)) for path in (kept / "run" / "journal").iterdir()}
    size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    states = {"committed": committed, "open": admitted - committed, "not begun": pick(later, "admit")}
    print(kept.name, {state: sorted(samples) for state, samples in states.items()}, journal, size)  # noqa: T201
    assert all(states.values())
    assert any(journal.values())


def pick(events: list[dict[str, Any]], kind: str) -> set[str]:
    """The samples of all events of one kind."""
    return {event["sample"] for event in events if event["event"] == kind}


def name(path: Path, run: Path) -> str:
    """A file's name in its run."""
    return path.relative_to(run).as_posix()


def write(row: Any) -> str:
    """A row as a line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    for chosen in sys.argv[1:] or RUNS:
        make(chosen, RUNS[chosen])
