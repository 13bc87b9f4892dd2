"""`irloom inspect RUN [SAMPLE]`: a run's summary, a filtered list of samples, or one sample's debate."""

import argparse
import sys
from pathlib import Path
from typing import Any

from irloom.views.terminal import say


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = (
        "Without SAMPLE: the run's summary, or with a filter the samples that match. "
        "With SAMPLE: its captions and its debates, round by round."
    )
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("sample", metavar="SAMPLE", nargs="?")
    parser.add_argument(
        "--outcome",
        metavar="OUTCOME",
        help="samples (or with --task, tasks) that ended so: accepted, rejected, failed, unjudged, or the "
        "flow's word for it",
    )
    parser.add_argument(
        "--task",
        metavar="TASK",
        help="samples that have this task (or a task of this kind); in a sample, only it",
    )
    parser.add_argument("--rule", metavar="TEXT", help="samples that mined a rule with this text in it")
    parser.add_argument(
        "--text", metavar="TEXT", help="samples with this text in a caption, a reply or a reason"
    )
    parser.add_argument("--prompts", action="store_true", help="with SAMPLE: prompts as they were sent")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object, or one a line")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Show what was asked for."""
    from irloom.engine.odd_files import refuse_odd_files

    root = Path(arguments.run)
    refuse_odd_files(root)
    conditions = (arguments.outcome, arguments.task, arguments.rule, arguments.text)
    filtered = any(condition is not None for condition in conditions)
    if arguments.sample is not None:
        return _inspect_sample(root, arguments)
    if filtered:
        return _list_samples(root, arguments)
    return _inspect_run(root, arguments.json)


def _inspect_run(root: Path, as_json: bool) -> int:
    from irloom.cli.overview import run_as_json, show_run
    from irloom.views.console import make_console

    if as_json:
        return _write_json(run_as_json(root))
    show_run(root, make_console())
    return 0


def _list_samples(root: Path, arguments: argparse.Namespace) -> int:
    from irloom.cli.overview import show_line
    from irloom.cli.search import Wanted, find_samples
    from irloom.engine.directory import RunDirectory
    from irloom.pipelines.registry import name_outcomes
    from irloom.views.console import make_console
    from irloom.views.outcomes import find_outcome

    labels = name_outcomes(RunDirectory.open(root).flow)
    outcome = None if arguments.outcome is None else find_outcome(arguments.outcome, labels)
    wanted = Wanted(outcome, arguments.task, arguments.rule, arguments.text)
    console = make_console()
    count = 0
    for count, event in enumerate(find_samples(root, wanted), 1):  # noqa: B007 - wanted after the loop
        if arguments.json:
            _write_json(event)
        else:
            show_line(event, labels, console)
    if not count:
        say("No sample matches.")
    return 0


def _inspect_sample(root: Path, arguments: argparse.Namespace) -> int:
    from irloom.engine.directory import RunDirectory
    from irloom.engine.reader import read_sample
    from irloom.pipelines.registry import find_usable
    from irloom.views.blocks import View, tell_of
    from irloom.views.console import make_console, show_prompt, show_sample

    found = read_sample(root, arguments.sample)
    if arguments.json:
        return _write_json(found)
    run, console, told = RunDirectory.open(root), make_console(), tell_of(found)
    flow = find_usable(run.flow)
    if flow is None:
        say(f"irloom: the flow {run.flow!r} is not installed here: rows are shown as they are.")
    view, labels = (flow.view, flow.labels) if flow is not None else (View(), {})
    show_sample(root, run.source, told, view, arguments.task, console, labels)
    if arguments.prompts:
        for turn in told.turns:
            if "prompt" in turn and (arguments.task is None or _is_about(turn, arguments.task)):
                show_prompt(root, turn, console)
    return 0


def _is_about(turn: Any, task: str) -> bool:
    return turn["task"] is not None and task in (turn["task"], turn["task"].partition(".")[0])


def _write_json(value: object) -> int:
    """One line of JSON; its escapes keep control characters off the terminal."""
    import json

    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    return 0
