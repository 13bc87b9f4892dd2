"""`irloom run FLOW --dry-run`: runs a few real samples and says what the whole run would take."""

import tempfile
from pathlib import Path

from irloom.cli.signals import Stopper
from irloom.config import RunConfig
from irloom.engine.summary import summarise
from irloom.errors import EXIT_DONE
from irloom.pipelines.estimate import Effort, Estimate, estimate
from irloom.pipelines.run import Listener, OpenRun, carry_on, new_run
from irloom.views.terminal import say, show

COLUMNS = "{:<24} {:>12} {:>16} {:>16} {:>12}"


def dry_run(config: RunConfig, samples: int) -> int:
    """Run a pilot in a temporary folder, show the estimate, leave nothing behind."""
    say(f"Running {samples} samples to measure; their requests are paid.")
    with Stopper() as stopper, tempfile.TemporaryDirectory(prefix="irloom-dry-run-") as folder:
        root = Path(folder) / "run"

        async def work(opened: OpenRun) -> None:
            await carry_on(opened, Listener(notify=say))

        with new_run(root, config.cut_to(samples), say) as opened:
            stopper.run(work(opened))
            images = len(opened.prepared.inputs.source)
        total = min(images, config.limit) if config.limit else images
        show(describe(estimate(root, config, total), config))
        failed = summarise(root).outcomes["failed"]
    if failed:
        say(f"{failed} of {samples} samples failed: the estimate is too low, and a run would fail too.")
    return EXIT_DONE


def describe(found: Estimate, config: RunConfig) -> str:
    """The estimate as a table and six lines."""
    lines = [COLUMNS.format("", "calls", "prompt tokens", "reply tokens", "cost")]
    lines += [_line(name, one) for name, one in found.prompts.items()]
    tokens, cost = found.total("prompt_tokens") + found.total("completion_tokens"), found.total("cost_usd")
    made = ", ".join(f"{number:,.0f} {name}" for name, number in found.rows.items())
    in_flight = f"{config.concurrency} samples in flight"
    return "\n".join(
        [
            *lines,
            "",
            f"For {found.samples:,} samples, from {found.pilot} that were run:",
            f"  rows      {made or 'none'}",
            f"  requests  {found.total('requests'):,.0f}",
            f"  tokens    {tokens:,.0f}",
            f"  cost      {f'${cost:,.2f}' if cost else 'nothing, or no price is known'}",
            f"  time      {found.hours:,.1f} h with {in_flight}, if replies stay as quick",
            f"  disk      {found.bytes / 1e9:,.1f} GB",
        ]
    )


def _line(name: str, one: Effort) -> str:
    cost = f"${one.cost_usd:,.2f}" if one.cost_usd else ""
    tokens = f"{one.prompt_tokens:,.0f}", f"{one.completion_tokens:,.0f}"
    return COLUMNS.format(name, f"{one.calls:,.0f}", *tokens, cost)
