"""A run that is killed goes on where it stood, and pays nothing twice: captions, judgements and pictures."""

import json
import signal
import time
from collections import Counter
from pathlib import Path

from irloom.engine.reader import iterate_rows
from support.align_runs import rows
from support.killing import start_irloom
from support.panel_server import PanelServer


def count_paid(panel: PanelServer) -> int:
    return len(panel.answered) + len(panel.drawn)


def wait_for(panel: PanelServer, paid: int) -> None:
    end = time.monotonic() + 60
    while count_paid(panel) < paid:
        assert time.monotonic() < end, "the run asked too little"
        time.sleep(0.005)


def test_a_killed_run_pays_nothing_twice_that_was_recorded(
    panel: PanelServer, photos: Path, tmp_path: Path
) -> None:
    texts, root = tmp_path / "texts.txt", tmp_path / "run"
    texts.write_text("Two dogs sit on a bench. It rains.\nA boat lies at the shore.\n")
    panel.delay_s = 0.05
    options: tuple[object, ...] = ("--images", photos, "--captioners", "m1,m2", "--judges", "j1,j2")
    options += ("--concurrency", 1)
    options += ("--texts", texts, "--painters", "p1", *panel.options)
    started = start_irloom(list(map(str, ("run", "align", *options, "--out", root))), tmp_path / "child")
    for paid in (3, 14):
        wait_for(panel, paid)
        started.signal(signal.SIGKILL)
        assert started.wait().code == -signal.SIGKILL
        recorded = read_keys(root)
        before = (len(panel.asked), len(panel.drawn))
        started = start_irloom(["resume", str(root), "--quiet"], tmp_path / "child")
        wait_for(panel, paid + 1)
        again = panel.asked[before[0] :]
        assert not {(one.prompt, one.body["model"], one.seed) for one in again} & recorded
    assert started.wait().code == 0
    assert len(list(iterate_rows(root, "sentences"))) == 2 * 2 * 3 + 3
    assert {row["annotation"] for row in rows(root)} == {"correct"}
    # Two images with two captions, two texts with a picture; each text is judged by two.
    wanted = Counter({"captioner/describe": 4, "panel/judge": 8 + 4})
    lost = sum((panel.counts() - wanted).values()) + len(panel.drawn) - 2
    on_its_way = 4  # two judges of each of two captions of one picture
    assert lost <= 2 * on_its_way, "no more than what was on its way when it was killed"


def read_keys(root: Path) -> set[tuple[str, str, int]]:
    """Prompt, model and seed of the chat calls whose replies are kept."""
    lines = [line for path in (root / "journal").glob("*.jsonl") for line in read_whole(path)]
    turns = [json.loads(line) for line in lines]
    for line in read_whole(root / "transcripts.jsonl"):
        turns += json.loads(line)["turns"]
    return {
        (turn["prompt"], turn["model"], turn["parameters"]["seed"])
        for turn in turns
        if "prompt" in turn and "reply" in turn
    }


def read_whole(path: Path) -> list[str]:
    """The lines of a file that were written to their end."""
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    return text.split("\n")[:-1]
