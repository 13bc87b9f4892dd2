"""Says under which conditions a run may begin or go on, and refuses the others."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.config import RunConfig, explain
from irloom.engine.commits import CommitLog, now
from irloom.engine.directory import RunDirectory
from irloom.engine.fingerprint import name_changes
from irloom.engine.journal import unsettled_usage
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.texts import Texts, find_kept
from irloom.errors import ConfigError, RunDirError
from irloom.pipelines.flow import Flow, Inputs, Notify
from irloom.pipelines.guarding import refuse_strangers, repeat_kept, sign_config
from irloom.pipelines.registry import find_flow
from irloom.settings import list_unset


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    """What `resume` may ask for."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings in place of the run's own."""
    retry: tuple[str, ...] | None = None
    refresh: bool = False
    """Do samples again that were done under rules of which others stand now."""
    accept_changes: bool = False
    take_over: bool = False
    drop_damaged: bool = False
    """Go on without what is damaged, which is kept in `RUN/damaged/`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A flow with a configuration, and everything that it reads."""

    flow: Flow[Any]
    config: RunConfig
    inputs: Inputs
    texts: Texts
    fingerprint: Mapping[str, Any]


def read_config(run: RunDirectory) -> RunConfig:
    """The configuration of a run; ConfigError where its flow is not here, RunDirError for a misfit."""
    return _validate(run, find_flow(run.flow))


def _validate(run: RunDirectory, flow: Flow[Any]) -> RunConfig:
    try:
        config: RunConfig = flow.config.model_validate(run.settings)
    except ValueError as error:
        raise RunDirError(f"{run.root / 'run.json'} does not fit this irloom: {explain(error)}") from error
    return config


def is_reusable(root: Path) -> bool:
    """Whether a folder holds a run whose calls can be taken."""
    return all((root / name).is_file() for name in ("commits.jsonl", "transcripts.jsonl"))


def refuse_run(out: Path, flow: Flow[Any]) -> None:
    """Refuse a folder that holds a run already, with the command that goes on with it."""
    if not (out / "run.json").is_file() or (run := RunDirectory.open(out)).flow != flow.name:
        return
    words = ["irloom resume", shlex.quote(str(out)), *repeat_kept(run, _validate(run, flow))]
    raise RunDirError(f"{out} holds a run already. To go on with it: {' '.join(words)}")


def check_reuse(config: RunConfig) -> None:
    """Refuse a `--reuse` that holds no run of this flow."""
    if config.reuse is None:
        return
    if not is_reusable(config.reuse):
        raise ConfigError(f"--reuse {config.reuse} holds no run (no commits.jsonl, or no transcripts.jsonl).")
    refuse_odd_files(config.reuse, pictures=True)
    if (flow := RunDirectory.open(config.reuse).flow) != config.flow:
        raise ConfigError(
            f"--reuse {config.reuse} is a run of {flow!r}: its calls are none of {config.flow!r}."
        )


def check_stages(flow: Flow[Any], stages: Sequence[str] | None) -> None:
    """Refuse stages that the flow does not have."""
    for stage in stages or ():
        if stage not in flow.stages:
            raise ConfigError(
                f"the flow {flow.name!r} has no stage {stage!r}; it has {', '.join(flow.stages)}."
            )


def resolve_config(run: RunDirectory, flow: Flow[Any], options: ResumeOptions, notify: Notify) -> RunConfig:
    """What the run goes on with: its own configuration under what this call says."""
    stored = _validate(run, flow)
    config = stored.changed_by(options.settings).with_absolute_paths()
    refuse_strangers(run, stored, config, options.settings)
    if config.reuse is not None and not is_reusable(config.reuse):
        notify(f"{config.reuse} is gone: its calls are no longer reused.")
        config = config.model_copy(update={"reuse": None})
    return config


def choose_texts(run: RunDirectory, flow: Flow[Any], options: ResumeOptions) -> Texts:
    """What the run kept, unless it goes over to another revision of its flow, which brings its own."""
    was = run.about["fingerprint"].get("revision", 1)
    if options.accept_changes and was != flow.revision:
        return Texts()
    return Texts(find_kept(run.root, run.about["fingerprint"], only_whole=options.drop_damaged))


def check_fingerprint(
    run: RunDirectory, prepared: Prepared, log: CommitLog, accept: bool, notify: Notify
) -> None:
    """Refuse other conditions once something was made under the first ones."""
    late = (f"digest.{name}" for name in prepared.inputs.late)
    unset = frozenset([*list_unset(prepared.config), *late])
    changes = name_changes(run.about["fingerprint"], prepared.fingerprint, unset)
    if not changes:
        return
    listed = "\n  ".join(changes)
    if not accept and log.state.done:
        raise RunDirError(
            f"{run.root} was started under other conditions:\n  {listed}\n"
            "Put them back, start a new run with another --out, or go on with --accept-changes."
        )
    paid = unsettled_usage(run.journal).requests
    kept = (
        f" {paid:,} requests were paid for samples that are not finished: their answers are kept, and used "
        "where the same is asked; what is asked otherwise now is paid again."
    )
    notify(f"Going on under other conditions:\n  {listed}{kept if paid else ''}")
    log.add_files(prepared.flow.files)
    log.note({"event": "accept_changes", "changes": changes, **log.positions(), "time": now()})
    run.keep_texts(prepared.texts.used)
    run.accept(prepared.fingerprint, prepared.config, sign_config(prepared.config))
