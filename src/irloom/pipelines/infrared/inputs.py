"""The infrared flow with everything that it reads, and the backends that it works with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import irloom
from irloom.agents.caption.vqa import SCORE_PROMPTS
from irloom.agents.debate.nodes import name_judge_prompt
from irloom.backends.builders import build_scorer, build_translator
from irloom.backends.pins import digest_files, pin_revision
from irloom.backends.translators.given import find_infrared
from irloom.engine.batcher import Batcher
from irloom.engine.fingerprint import digest_settings, digest_text, fingerprint
from irloom.engine.models import InfraredModels
from irloom.engine.rulebook import read_rules
from irloom.engine.scheduler import Work
from irloom.engine.spending import Spending
from irloom.errors import ConfigError
from irloom.flows import InfraredConfig
from irloom.lexicon import Lexicon
from irloom.options import VqaOptions
from irloom.pipelines.chats import build_chats
from irloom.pipelines.flow import Indexing, Learn, Notify
from irloom.pipelines.infrared.actions import InfraredCalls
from irloom.pipelines.infrared.graph import InfraredFlow
from irloom.pipelines.provenance import Provenance
from irloom.prompts import Prompts
from irloom.records import Seat
from irloom.sources.coco import CocoSource

PROBED = 20
"""Images that are looked for before a run begins."""
AGENTS: tuple[Seat, ...] = ("caption", "task", "debate")
SEATS: tuple[Seat, ...] = (*AGENTS, "scorer")
FAMILIES = ("caption", "task", "debate", "score", "repair")
"""The prompts of this flow."""


@dataclass(frozen=True, slots=True)
class InfraredJob:
    """What an infrared run reads, loaded and digested."""

    config: InfraredConfig
    prompts: Prompts
    lexicon: Lexicon
    source: CocoSource
    rules: list[dict[str, Any]]
    fingerprint: dict[str, Any]

    @property
    def images(self) -> Path:
        """The folder of the visible images."""
        return self.config.images

    @property
    def per_sample(self) -> int:
        """One instruction a task."""
        return max(1, len(self.config.tasks))

    @property
    def max_rules(self) -> int:
        """The most rules that enter a prompt."""
        return self.config.max_rules

    async def build(
        self, learnt: Mapping[str, Any], learn: Learn, spending: Spending, notify: Notify
    ) -> Work:
        """Build every backend that the configuration names."""
        models = self._build_models(learnt, learn, spending, notify)
        flow = InfraredFlow(self.config, self.prompts, self.lexicon, describe_provenance(self, models))
        return Work(flow, models, InfraredCalls)

    def _build_models(
        self, learnt: Mapping[str, Any], learn: Learn, spending: Spending, notify: Notify
    ) -> InfraredModels:
        config = self.config
        translator = build_translator(config, notify)
        scorer = build_scorer(config.scorer, self.lexicon, notify)
        seats = SEATS if scorer is None else AGENTS
        chats, prices = build_chats(config, seats, self.lexicon, learnt, learn, spending, notify)
        return InfraredModels(
            chats=chats,
            prices=prices,
            translator=translator.name,
            translation_settings=digest_settings(self.fingerprint, "translator", "temperatures"),
            scoring_settings=digest_settings(self.fingerprint, "scorer", "lexicon"),
            translations=Batcher(translator.translate, config.translator.batch_size),
            scorer=f"vqa {chats['scorer'].model}" if scorer is None else scorer.name,
            scores=None if scorer is None else Batcher(scorer.score, _batch_size(config)),
        )


def load_infrared(config: InfraredConfig, indexing: Indexing | None = None) -> InfraredJob:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts).only(FAMILIES)
    lexicon = Lexicon.load(config.lexicon)
    rules = read_rules(config.rules)
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    if config.infrared is not None and not config.infrared.is_dir():
        raise ConfigError(f"--infrared {config.infrared} is not a folder.")
    source = CocoSource(config.images, config.captions, config.instances, progress=indexing)
    _check_images_exist(config, source)
    digests = {
        **source.digests,
        "lexicon": lexicon.digest,
        "rules": digest_text("\n".join(line["rule"] for line in rules)),
        "temperatures": _digest_temperatures(config),
        **_digest_weights(config),
        **{f"prompt.{name}": digest_text(text) for name, text in prompts.texts.items()},
    }
    return InfraredJob(config, prompts, lexicon, source, rules, fingerprint(config, digests))


def _batch_size(config: InfraredConfig) -> int:
    """How many images are scored at a time."""
    return int(getattr(config.scorer, "batch_size", config.translator.batch_size))


def _check_images_exist(config: InfraredConfig, source: CocoSource) -> None:
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


def describe_provenance(job: InfraredJob, models: InfraredModels) -> Provenance:
    """Who works in this run, without those that are switched off."""
    config = job.config
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
    digests = {name: digest_text(text) for name, text in job.prompts.texts.items()}
    return Provenance(
        irloom=irloom.__version__,
        seed=config.seed,
        models=names,
        prompts={part: (name, digests[name]) for part, name in used.items()},
    )


def pin_models(config: InfraredConfig) -> InfraredConfig:
    """The same with the commits of models on the hub, so that a resume loads what the run began with."""
    pinned: dict[str, Any] = {}
    if _translates(config):
        pinned["translator"] = pin_revision(config.translator)
    if config.scoring:
        pinned["scorer"] = pin_revision(config.scorer)
    return config.model_copy(update=pinned)


def _translates(config: InfraredConfig) -> bool:
    return config.translation and config.infrared is None


def _digest_weights(config: InfraredConfig) -> dict[str, str]:
    """Digests of the weight files that are used."""
    used = {
        "translator": _translates(config) and config.translator,
        "scorer": config.scoring and config.scorer,
    }
    found = {name: digest_files(options) for name, options in used.items() if options}
    return {f"weights.{name}": digest for name, digest in found.items() if digest}


def _digest_temperatures(config: InfraredConfig) -> str:
    path = getattr(config.translator, "temperatures", None)
    try:
        return digest_text(
            path.read_bytes() if path else files("irloom.data").joinpath("temperatures.toml").read_bytes()
        )
    except OSError as error:
        raise ConfigError(f"temperatures {path}: {error.strerror or error}") from error
