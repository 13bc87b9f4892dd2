"""Runs a run in the foreground: progress, signals, and the closing summary."""

import atexit
import gc
import resource
import shlex
from collections import Counter
from pathlib import Path

from irloom.cli.ending import describe_ending
from irloom.cli.progress import Progress, indexing_reporter
from irloom.cli.signals import Stopped, Stopper
from irloom.cli.terminal import list_counts, say, show
from irloom.engine.summary import summarise
from irloom.errors import EXIT_DONE, EXIT_SOME_FAILED
from irloom.pipelines.run import Listener, ResumeOptions, carry_on, open_run

DATASET = "dataset"
"""Where in a CIR run its data set lies."""


def carry_on_visibly(out: Path, options: ResumeOptions, quiet: bool) -> int:
    """Carry on, show how it goes, and return the exit code; raises Stopped after a signal."""
    _allow_many_files()
    _spare_the_collector()
    last_words = f"Stopped at once. To go on: irloom resume {shlex.quote(str(out))}"
    with Stopper(last_words) as stopper, open_run(out, options, say, indexing_reporter(quiet)) as opened:
        try:
            with Progress(summarise(out), *opened.count_samples(), quiet) as progress:
                stopper.run(carry_on(opened, Listener(progress.report, say)))
        except Stopped:
            show(describe_ending(out, summarise(out), stopped=True))
            raise
    summary = summarise(out)
    show(describe_ending(out, summary, stopped=False))
    if summary.edits:
        show("\n".join(_write_dataset(out)))
    return EXIT_SOME_FAILED if summary.outcomes["failed"] else EXIT_DONE


def _write_dataset(root: Path) -> list[str]:
    """The final pass of a CIR run, and what it says of it."""
    from irloom.pipelines.cir.dataset import DatasetOptions, build_dataset

    out = root / DATASET
    report = build_dataset(root, out, DatasetOptions.of_run(root, notify=say))
    left_out = Counter[str]()
    for counts in report.subcategories.values():
        left_out.update({str(why): count for why, count in counts.dropped.items()})
    said = f"{report.queries:,} queries over {report.references:,} seeds, {report.corpus:,} images"
    lines = [f"  {out}: {said}", f"  irloom bench edir {shlex.quote(str(out))}"]
    return (
        [*lines, f"  left out: {list_counts(left_out)}, see {out / 'dropped.jsonl'}"] if left_out else lines
    )


def _spare_the_collector() -> None:
    """Collect less often, and never look through what was imported: that took a tenth of the time."""
    gc.collect()
    gc.freeze()
    # What is still frozen at the exit is never freed, of which triton complains on 30 lines.
    atexit.register(gc.unfreeze)
    gc.set_threshold(20_000, 20, 20)


def _allow_many_files() -> None:
    """Raise the soft limit of open files: each sample in flight keeps one open, each request a socket."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(16_384, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
