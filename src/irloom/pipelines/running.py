"""Starts and resumes infrared runs: joins the flow with its source, backends and run directory."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import irloom
from irloom.backends.building import build_chat, build_scorer, build_translator
from irloom.backends.prices import find_price
from irloom.backends.translators.given import find_infrared
from irloom.config import RunConfig
from irloom.errors import ConfigError, RunDirError
from irloom.lexicon import Lexicon
from irloom.pipelines.infrared import InfraredFlow
from irloom.pipelines.rows import Provenance
from irloom.ports import Usage
from irloom.prompts import Prompts
from irloom.records import Agent, Stage
from irloom.runs.batching import Batcher
from irloom.runs.commits import CommitLog, now
from irloom.runs.committer import Committer
from irloom.runs.directory import RunDirectory, make_folder, refuse_used
from irloom.runs.fingerprint import digest_settings, digest_text, fingerprint, name_changes
from irloom.runs.journal import Segment, unsettled_usage
from irloom.runs.lock import RunLock
from irloom.runs.models import Folders, Models
from irloom.runs.rulebook import RuleBook
from irloom.runs.scheduler import Quota, Scheduler
from irloom.runs.spending import Spending
from irloom.runs.starting_rules import read_rules
from irloom.runs.storage import read_lines
from irloom.sources.coco import CocoSource

PROBED = 20
"""Images that are looked for before a run begins."""
AGENTS: tuple[Agent, ...] = ("caption", "task", "debate")
Indexing = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run reads, loaded and digested."""

    config: RunConfig
    prompts: Prompts
    lexicon: Lexicon
    source: CocoSource
    rules: list[dict[str, Any]]
    fingerprint: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how a run goes."""

    report: Callable[[Mapping[str, Any]], None] = lambda event: None
    """Gets every commit."""
    notify: Callable[[str], None] = lambda message: None
    """Gets messages, such as that the endpoint is down."""
    indexing: Indexing | None = None


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    """What `resume` may ask for."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings in place of the run's own."""
    retry: tuple[Stage, ...] | None = None
    accept_changes: bool = False
    take_over: bool = False


def load_inputs(config: RunConfig, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows."""
    prompts = Prompts.load(config.prompts)
    lexicon = Lexicon.load(config.lexicon)
    rules = read_rules(config.rules)
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    if config.infrared is not None and not config.infrared.is_dir():
        raise ConfigError(f"--infrared {config.infrared} is not a folder.")
    source = CocoSource(config.images, config.captions, config.instances, progress=indexing)
    if config.reuse is not None:
        RunDirectory.open(config.reuse)
    _check_images_exist(config, source)
    digests = {
        **source.digests,
        "lexicon": lexicon.digest,
        "rules": digest_text("\n".join(line["rule"] for line in rules)),
        "temperatures": _digest_temperatures(config),
        **{f"prompt.{name}": digest_text(text) for name, text in prompts.texts.items()},
    }
    return Inputs(config, prompts, lexicon, source, rules, fingerprint(config, digests))


def create_run(out: Path, config: RunConfig, indexing: Indexing | None = None) -> None:
    """Create a run directory; RunDirError if there is one, ConfigError where the inputs do not fit."""
    refuse_used(out)
    inputs = load_inputs(config, indexing)
    asyncio.run(_try_models(inputs))
    make_folder(out)
    lock = RunLock(out)
    lock.acquire()
    try:
        refuse_used(out)
        RunDirectory.create(
            out, config, inputs.fingerprint, inputs.rules, inputs.prompts.texts, inputs.source.counts
        )
    finally:
        inputs.source.close()
        lock.release()


def _check_images_exist(config: RunConfig, source: CocoSource) -> None:
    """Refuse a wrong image folder with one message rather than with a failure a sample."""
    first = [sample for sample in islice(source, PROBED) if sample.image]
    for folder, found in (
        (config.images, lambda name: (config.images / name).is_file()),
        (
            config.infrared,
            lambda name: find_infrared(config.infrared or config.images, Path(name)) is not None,
        ),
    ):
        if folder is not None and first and not any(found(sample.image) for sample in first):
            raise ConfigError(
                f"{folder} holds none of the first {len(first)} images, such as {first[0].image}: "
                "name the folder that the file names of the captions file start from."
            )


async def _try_models(inputs: Inputs) -> None:
    """Build every backend once, so that a wrong setting is found before there is a run."""
    await _build_models(inputs, {}, lambda name, value: None, Usage(), Listener().notify).close()


async def carry_on(out: Path, options: ResumeOptions, listener: Listener) -> None:
    """Run what is left of a run; raises StopRun where it must stop, UserError where it cannot go on."""
    run = RunDirectory.open(out)
    lock = RunLock(out)
    lock.acquire(options.take_over)
    beating = asyncio.create_task(lock.keep_beating())
    try:
        await _carry_on_locked(run, options, listener)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        lock.release()


async def _carry_on_locked(run: RunDirectory, options: ResumeOptions, listener: Listener) -> None:
    run = RunDirectory.open(run.root)
    config = run.config.changed_by(options.settings).with_absolute_paths()
    inputs = load_inputs(config, listener.indexing)
    log = CommitLog(run.root)
    try:
        log.recover()
        _check_fingerprint(run, inputs, log, options.accept_changes)
        run.images.mkdir(exist_ok=True)
        Segment.sweep(run.journal, ((one.sample, one.attempt) for one in log.state.open.values()))
        book = RuleBook(line for _, line in read_lines(run.root / "rules.jsonl"))
        spent = log.state.usage + unsettled_usage(run.journal)
        models = _build_models(inputs, run.learnt, run.learn, spent, listener.notify)
        try:
            scheduler = Scheduler(
                run,
                log,
                book,
                Committer(log, book, listener.report),
                inputs.source,
                InfraredFlow(
                    config, inputs.prompts, inputs.lexicon, _provenance(config, models, inputs.prompts)
                ),
                models,
                Folders(run.root, config.images, config.reuse),
                _quota(config),
                options.retry,
            )
            await scheduler.run()
        finally:
            await models.close()
    finally:
        log.close()
        inputs.source.close()


def _check_fingerprint(run: RunDirectory, inputs: Inputs, log: CommitLog, accept: bool) -> None:
    """Refuse other conditions once something was made under the first ones."""
    changes = name_changes(run.about["fingerprint"], inputs.fingerprint)
    if not changes:
        return
    listed = "\n  ".join(changes)
    if not accept and log.state.done:
        raise RunDirError(
            f"{run.root} was started under other conditions:\n  {listed}\n"
            "Put them back, start a new run with another --out, or go on with --accept-changes."
        )
    log.note({"event": "accept_changes", "changes": changes, "time": now()})
    run.keep_prompts(inputs.prompts.texts)
    run.accept(inputs.fingerprint, inputs.config)


def _build_models(
    inputs: Inputs,
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    spent: Usage,
    notify: Callable[[str], None],
) -> Models:
    config = inputs.config
    translator, scorer = build_translator(config), build_scorer(config, inputs.lexicon)
    chats = {}
    built: dict[str, Any] = {}
    for agent in AGENTS:
        options = config.chat_for(agent)
        name = options.model_dump_json()
        if name not in built:
            built[name] = build_chat(options, inputs.lexicon, learnt, learn, notify)
        chats[agent] = built[name]
    prices = {agent: find_price(config.chat_for(agent), config.prices) for agent in AGENTS}
    if config.budget.cost_usd is not None and None in prices.values():
        raise ConfigError(
            "--max-cost needs prices, and none is known for this model and endpoint: give them as "
            '[prices."NAME"] prompt_usd = …, completion_usd = … (dollars a million tokens) in --config.'
        )
    return Models(
        chats=chats,
        prices=prices,
        spending=Spending(config.budget, spent),
        translator=translator.name,
        translation_settings=digest_settings(inputs.fingerprint, "translator", "temperatures"),
        scoring_settings=digest_settings(inputs.fingerprint, "scorer", "lexicon"),
        translations=Batcher(translator.translate, config.translator.batch_size),
        scorer=scorer.name,
        scores=Batcher(scorer.score, config.translator.batch_size),
    )


def _provenance(config: RunConfig, models: Models, prompts: Prompts) -> Provenance:
    """Who works in this run, without those that are switched off."""
    names: dict[str, str] = {agent: chat.model for agent, chat in models.chats.items()}
    names |= {"translator": models.translator, "scorer": models.scorer}
    used: dict[str, str] = {
        "caption": "caption/filter_all" if config.one_request else "caption/filter",
        "debate": "debate/judge_grounded" if "captions" in config.judge_sees else "debate/judge",
    }
    used |= {str(task): f"task/{task}" for task in config.tasks}
    for part, is_on in (("caption", config.filtering), ("debate", config.debate), ("scorer", config.scoring)):
        if not is_on:
            names[part] = "none"
            used.pop(part, None)
    digests = {name: digest_text(text) for name, text in prompts.texts.items()}
    return Provenance(
        irloom=irloom.__version__,
        seed=config.seed,
        models=names,
        prompts={part: (name, digests[name]) for part, name in used.items()},
    )


def _quota(config: RunConfig) -> Quota:
    return Quota(
        concurrency=config.concurrency,
        limit=config.limit,
        accepted=config.accepted,
        per_sample=max(1, len(config.tasks)),
        max_failures=config.max_failures,
        max_rules=config.max_rules,
        seed=config.seed,
    )


def _digest_temperatures(config: RunConfig) -> str:
    path = config.translator.temperatures
    try:
        return digest_text(
            path.read_bytes() if path else files("irloom.data").joinpath("temperatures.toml").read_bytes()
        )
    except OSError as error:
        raise ConfigError(f"temperatures {path}: {error.strerror or error}") from error
