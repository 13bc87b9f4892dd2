"""Loads what a run reads, and builds what it works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import irloom
from irloom.agents.caption.seeing import SCORE_PROMPTS
from irloom.agents.debate.nodes import name_judge_prompt
from irloom.backends.building import build_chat, build_scorer, build_translator
from irloom.backends.pinning import digest_files, pin_revision
from irloom.backends.prices import find_price
from irloom.backends.translators.given import find_infrared
from irloom.config import Price, RunConfig
from irloom.errors import ConfigError
from irloom.lexicon import Lexicon
from irloom.options import ChatOptions, VqaOptions
from irloom.pipelines.rows import Provenance
from irloom.ports import ChatModel, Purse
from irloom.prompts import Prompts
from irloom.records import Seat
from irloom.runs.batching import Batcher
from irloom.runs.directory import without_credentials
from irloom.runs.fingerprint import digest_settings, digest_text, fingerprint
from irloom.runs.models import Models
from irloom.runs.spending import ModelPurse, Spending
from irloom.runs.starting_rules import read_rules
from irloom.sources.coco import CocoSource

PROBED = 20
"""Images that are looked for before a run begins."""
AGENTS: tuple[Seat, ...] = ("caption", "task", "debate")
SEATS: tuple[Seat, ...] = (*AGENTS, "scorer")
FAMILIES = ("caption", "task", "debate", "score", "repair")
"""The prompts of this flow."""
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


def load_inputs(config: RunConfig, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows."""
    prompts = Prompts.load(config.prompts).only(FAMILIES)
    lexicon = Lexicon.load(config.lexicon)
    rules = read_rules(config.rules)
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    if config.infrared is not None and not config.infrared.is_dir():
        raise ConfigError(f"--infrared {config.infrared} is not a folder.")
    source = CocoSource(config.images, config.captions, config.instances, progress=indexing)
    if config.reuse is not None and not is_reusable(config.reuse):
        raise ConfigError(f"--reuse {config.reuse} holds no run (no commits.jsonl, or no transcripts.jsonl).")
    _check_images_exist(config, source)
    digests = {
        **source.digests,
        "lexicon": lexicon.digest,
        "rules": digest_text("\n".join(line["rule"] for line in rules)),
        "temperatures": _digest_temperatures(config),
        **_digest_weights(config),
        **{f"prompt.{name}": digest_text(text) for name, text in prompts.texts.items()},
    }
    return Inputs(config, prompts, lexicon, source, rules, fingerprint(config, digests))


def is_reusable(root: Path) -> bool:
    """Whether a folder holds a run whose calls can be taken."""
    return all((root / name).is_file() for name in ("commits.jsonl", "transcripts.jsonl"))


def _check_images_exist(config: RunConfig, source: CocoSource) -> None:
    """Refuse a wrong image folder with one message; with few images a row for each says more."""
    names = [sample.image for sample in islice(source, PROBED) if sample.image]
    if len(names) < PROBED:
        return
    if not any((config.images / name).is_file() for name in names):
        raise _name_wrong_folder(config.images, names)
    if config.infrared is not None and not any(find_infrared(config.infrared, Path(name)) for name in names):
        raise _name_wrong_folder(config.infrared, names)


def _name_wrong_folder(folder: Path, names: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"{folder} holds none of the first {len(names)} images, such as {names[0]}: "
        "name the folder that the file names of the captions file start from."
    )


def build_models(
    inputs: Inputs,
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    spending: Spending,
    notify: Callable[[str], None],
) -> Models:
    """Build every backend that the configuration names; chat models pay out of `spending`."""
    config = inputs.config
    translator, scorer = build_translator(config, notify), build_scorer(config.scorer, inputs.lexicon, notify)
    chats: dict[Seat, ChatModel] = {}
    prices: dict[Seat, Price | None] = {}
    built: dict[str, ChatModel] = {}
    for seat in SEATS if scorer is None else AGENTS:
        options = config.chat_for(seat)
        name = options.model_dump_json()
        prices[seat] = find_price(options, config.prices)
        if name not in built:
            purse = ModelPurse(spending, getattr(options, "max_tokens", None), prices[seat])
            built[name] = _build_one(options, inputs.lexicon, learnt, learn, notify, purse)
        chats[seat] = built[name]
    if config.budget.cost_usd is not None and None in prices.values():
        raise ConfigError(
            "--max-cost needs prices, and none is known for this model and endpoint: give them as "
            '[prices."NAME"] prompt_usd = …, completion_usd = … (dollars a million tokens) in --config.'
        )
    return Models(
        chats=chats,
        prices=prices,
        translator=translator.name,
        translation_settings=digest_settings(inputs.fingerprint, "translator", "temperatures"),
        scoring_settings=digest_settings(inputs.fingerprint, "scorer", "lexicon"),
        translations=Batcher(translator.translate, config.translator.batch_size),
        scorer=f"vqa {chats['scorer'].model}" if scorer is None else scorer.name,
        scores=None if scorer is None else Batcher(scorer.score, _batch_size(config)),
    )


def _batch_size(config: RunConfig) -> int:
    """How many images are scored at a time."""
    return int(getattr(config.scorer, "batch_size", config.translator.batch_size))


def _build_one(
    options: ChatOptions,
    lexicon: Lexicon,
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    notify: Callable[[str], None],
    purse: Purse,
) -> ChatModel:
    """Build a chat model; what is learnt is kept by endpoint and model, since a run may use several."""
    if options.kind == "rules":
        return build_chat(options, lexicon, {}, learn, notify, purse)
    place = f"{without_credentials(options.base_url or 'openai')} {options.model}"
    known = dict(learnt.get(place, {}))

    def learn_here(name: str, value: Any) -> None:
        known[name] = value
        learn(place, dict(known))

    return build_chat(options, lexicon, known, learn_here, notify, purse)


def describe_provenance(inputs: Inputs, models: Models) -> Provenance:
    """Who works in this run, without those that are switched off."""
    config = inputs.config
    names: dict[str, str] = {agent: chat.model for agent, chat in models.chats.items()}
    names |= {"translator": models.translator, "scorer": models.scorer}
    used: dict[str, str] = {
        "caption": "caption/filter_all" if config.one_request else "caption/filter",
        "debate": name_judge_prompt(config.judge_sees),
    }
    if isinstance(config.scorer, VqaOptions):
        used["scorer"] = SCORE_PROMPTS[config.scorer.answer]
    used |= {str(task): f"task/{task}" for task in config.tasks}
    for part, is_on in (("caption", config.filtering), ("debate", config.debate), ("scorer", config.scoring)):
        if not is_on:
            names[part] = "none"
            used.pop(part, None)
    digests = {name: digest_text(text) for name, text in inputs.prompts.texts.items()}
    return Provenance(
        irloom=irloom.__version__,
        seed=config.seed,
        models=names,
        prompts={part: (name, digests[name]) for part, name in used.items()},
    )


def pin_models(config: RunConfig) -> RunConfig:
    """The same with the commits of models on the hub, so that a resume loads what the run began with."""
    pinned: dict[str, Any] = {}
    if _translates(config):
        pinned["translator"] = pin_revision(config.translator)
    if config.scoring:
        pinned["scorer"] = pin_revision(config.scorer)
    return config.model_copy(update=pinned)


def _translates(config: RunConfig) -> bool:
    return config.translation and config.infrared is None


def _digest_weights(config: RunConfig) -> dict[str, str]:
    """Digests of the weight files that are used."""
    used = {
        "translator": _translates(config) and config.translator,
        "scorer": config.scoring and config.scorer,
    }
    found = {name: digest_files(options) for name, options in used.items() if options}
    return {f"weights.{name}": digest for name, digest in found.items() if digest}


def _digest_temperatures(config: RunConfig) -> str:
    path = getattr(config.translator, "temperatures", None)
    try:
        return digest_text(
            path.read_bytes() if path else files("irloom.data").joinpath("temperatures.toml").read_bytes()
        )
    except OSError as error:
        raise ConfigError(f"temperatures {path}: {error.strerror or error}") from error
