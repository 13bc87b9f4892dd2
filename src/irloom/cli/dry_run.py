"""`irloom run infrared --dry-run`: runs a few real samples and says what the whole run would take."""

import tempfile
from pathlib import Path

from irloom.cli.signals import Stopper
from irloom.cli.terminal import say, show
from irloom.engine.directory import RunDirectory
from irloom.engine.summary import summarise
from irloom.errors import EXIT_DONE
from irloom.flows import AnyConfig
from irloom.pipelines.estimate import Effort, Estimate, estimate, pilot_config
from irloom.pipelines.run import Listener, ResumeOptions, carry_on, create_run, open_run

COLUMNS = "{:<24} {:>12} {:>16} {:>16} {:>12}"


def dry_run(config: AnyConfig, samples: int, resume: ResumeOptions) -> int:
    """Run a pilot in a temporary folder, show the estimate, leave nothing behind."""
    say(f"Running {samples} samples to measure; their requests are paid.")
    with Stopper() as stopper, tempfile.TemporaryDirectory(prefix="irloom-dry-run-") as folder:
        root = Path(folder) / "run"
        create_run(root, pilot_config(config, samples))
        with open_run(root, resume, say) as opened:
            stopper.run(carry_on(opened, Listener(notify=say)))
        counts = RunDirectory.open(root).about["source"]
        images = int(counts.get("images", counts.get("problems", 0)))
        total = min(images, config.limit) if config.limit else images
        show(describe(estimate(root, config, total), config))
        failed = summarise(root).outcomes["failed"]
    if failed:
        say(f"{failed} of {samples} samples failed: the estimate is too low, and a run would fail too.")
    return EXIT_DONE


def describe(found: Estimate, config: AnyConfig) -> str:
    """The estimate as a table and five lines."""
    lines = [COLUMNS.format("", "calls", "prompt tokens", "reply tokens", "cost")]
    lines += [_line(name, one) for name, one in found.prompts.items()]
    tokens, cost = found.total("prompt_tokens") + found.total("completion_tokens"), found.total("cost_usd")
    in_flight = f"{config.concurrency} samples in flight"
    return "\n".join(
        [
            *lines,
            "",
            f"For {found.samples:,} samples, from {found.pilot} that were run:",
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
