"""What the infrared flow reads, and the backends that it works with."""

from collections.abc import Collection, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.agents.caption.vqa import SCORE_PROMPTS
from irloom.agents.context import Context
from irloom.agents.debate.replies import name_judge_prompt
from irloom.agents.detecting import SCORE_PROMPTS as DETECTOR_PROMPTS
from irloom.agents.witness.state import PARTS as WITNESS_PARTS
from irloom.agents.witness.state import PROMPT as WITNESS_PROMPT
from irloom.backends.builders import build_editor, build_scorer, build_translator, read_given
from irloom.backends.pins import digest_files, pin_revision
from irloom.backends.translators.pairing import find_infrared, refuse_visible
from irloom.engine.rulebook import Covers, read_rules
from irloom.engine.session import Session
from irloom.engine.texts import Texts, digest_text
from irloom.errors import ConfigError
from irloom.lexicon import Lexicon
from irloom.options import RadiometricOptions, TranslatorOptions, VqaOptions
from irloom.pipelines.flow import Crew, Indexing, Inputs
from irloom.pipelines.infrared.actions import InfraredActions, InfraredBackends
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.origin import BLACK_HOT, TONES, Origin, is_made_dark
from irloom.pipelines.infrared.set_actions import SetActions, SetTools
from irloom.pipelines.infrared.set_samples import SetSample, SetSource
from irloom.pipelines.infrared.warmth import AS_THEY_ARE, Greys, read_greys
from irloom.pipelines.visible_maker import VISIBLE, VisibleMaker
from irloom.prompts import Prompts
from irloom.records import Sample
from irloom.sources.coco import CocoSource
from irloom.sources.licensed import LicensedSource

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

WITNESSING = (WITNESS_PROMPT, *WITNESS_PARTS)
PROBED = 20
"""Images that are looked for before a run begins."""
PROMPTS = (
    *("caption", "task", "debate", "score", "repair", "detector", *WITNESSING, VISIBLE),
    *(TONES, BLACK_HOT),
)
"""Folders (or single names) of the prompts of this flow."""
SEEING = (
    *(f"captioner/parts/{way}" for way in ("infrared", "pair", "translated")),
    *(f"debate/judge_seeing{more}" for more in ("", "_grounded", "_grounded_reasoned", "_reasoned")),
    *("score", "task/parts/sighted"),
)
"""Those that come with the infrared picture; a detector's may come with the visible one."""
_DATA = files("irloom.data")


def load_inputs(config: InfraredConfig, texts: Texts, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts, texts.kept_prompts).only(_name_prompts(config))
    if _may_be_dark(config):
        seeing = (*SEEING, "detector") if config.verify_on == "infrared" else SEEING
        prompts = prompts.noted(BLACK_HOT, seeing)
    texts.use_prompts(prompts.texts)
    lexicon = _choose_text(texts, "lexicon", config.lexicon)
    # Digested whichever translator works.
    temperatures = _choose_text(texts, "temperatures", getattr(config.translator, "temperatures", None))
    rules = read_rules(config.rules)
    if not config.folder.is_dir():
        raise ConfigError(
            f"--{'images' if config.source is None else 'root'} {config.folder} is not a folder."
        )
    if config.infrared is not None and not config.infrared.is_dir():
        raise ConfigError(f"--infrared {config.infrared} is not a folder.")
    source = _open_source(config, indexing)
    digests = {"rules": digest_text("\n".join(line["rule"] for line in rules)), **_digest_weights(config)}
    return Inputs(
        source=source,
        prompts=prompts,
        images=config.folder,
        digests=digests,
        rules=rules,
        more=(lexicon, temperatures, source.labels),
    )


async def build(config: InfraredConfig, inputs: Inputs, bench: "Workbench") -> Crew:
    """Build the translator, the scorer and the chat models. Raises ConfigError."""
    lexicon_file, temperatures, annotated = inputs.more
    lexicon = Lexicon.load(lexicon_file)
    bench.supply(lexicon=lexicon_file)
    makes_infrared = _makes_infrared(config, inputs.source)
    if makes_infrared:
        translator = build_translator(_with_table(config.translator, temperatures), bench.notify)
    else:
        translator = read_given(config.infrared, config.folder, config.follow_links)
    scorer = build_scorer(config.scorer, lexicon, bench.notify)
    names = {agent: bench.chat(agent).model for agent in list_agents(config)}
    if scorer is None:
        names["scorer"] = bench.chat("scorer").model
    if config.verify is not None:
        names["detector"] = bench.chat("detector").model
    backends = InfraredBackends(
        translator=translator.name,
        translations=bench.batched(translator.translate, config.translator.batch_size),
        translation_settings=bench.digest("translator", "temperatures"),
        scorer=f"vqa {names['scorer']}" if scorer is None else scorer.name,
        scores=None if scorer is None else bench.batched(scorer.score, _batch_size(config)),
        scoring_settings=_digest_scoring(config, bench, annotated),
        lexicon=lexicon,
        annotated=annotated,
        greys=_read_greys(config),
        follow_links=config.follow_links,
    )
    tools = _build_set_tools(config, inputs, bench, makes_infrared)
    prompts = {name: inputs.prompts.worded_as(name) for name in (TONES, BLACK_HOT)}

    def make_context(session: Session, sample: Sample) -> Context[Sample, InfraredActions, InfraredConfig]:
        if isinstance(sample, SetSample):
            assert tools is not None, "samples of a set come from a set"
            actions: InfraredActions = SetActions(session, sample, backends, tools)
        else:
            actions = InfraredActions(session, sample, backends)
        wording = Origin.of(sample, config).wording
        worded = inputs.prompts if wording is None else prompts[wording]
        # A refreshed sample teaches nothing: its earlier attempt did, and a new rule would make others stale.
        settings = config.model_copy(update={"mining": False}) if session.refreshing else config
        return Context(sample, session, actions, worded, settings)

    names |= {"translator": backends.translator, "scorer": backends.scorer}
    if tools is not None and tools.maker is not None:
        names["editor"] = tools.maker.name
    return Crew(context=make_context, **_name_parts(config, names, inputs.prompts.texts))


def list_agents(config: InfraredConfig) -> tuple[str, ...]:
    """Whose chat models work in a run; captions are written for sets alone."""
    return config.agents if config.source is None else (*config.agents, "captioner")


def _name_prompts(config: InfraredConfig) -> tuple[str, ...]:
    """What a run depends on: of a detector's prompts the one that it is asked by, if there is a detector."""
    names = [name for name in PROMPTS if name not in {"detector", *WITNESSING, TONES, BLACK_HOT, VISIBLE}]
    if config.verify is not None:
        names.append(DETECTOR_PROMPTS[config.verify_answer])
    if config.source is not None:
        names += WITNESSING
    if config.source is not None or config.band is not None or config.polarity is not None:
        names.append(TONES)
    if _may_be_dark(config):
        names.append(BLACK_HOT)
    if config.imagines:
        names.append(VISIBLE)
    return tuple(names)


def _may_be_dark(config: InfraredConfig) -> bool:
    """Whether a picture is shown to somebody in which dark is warm: as is said of it, or as it is made."""
    if config.polarity != "black_hot" and not (config.translates and is_made_dark(config)):
        return False
    return (
        config.source is not None
        or config.verify_on == "infrared"
        or isinstance(config.scorer, VqaOptions)
        or "image" in {*config.judge_sees, *config.writer_sees}
    )


def _open_source(
    config: InfraredConfig, indexing: Indexing | None
) -> CocoSource | LicensedSource | SetSource:
    """COCO's files, or a published set. Raises ConfigError."""
    if config.source is None:
        assert config.images is not None, "the configuration refuses to read nothing"
        coco = config.read_coco(config.images, indexing, reads_links=True)
        _check_images_exist(config, config.images, coco)
        return coco
    # Who reads COCO need not wait for them.
    from irloom.sources.sets.licence import refuse_unlicensed
    from irloom.sources.sets.registry import open_set

    reader = open_set(config.source, config.folder, config.read_options(), progress=indexing)
    refuse_unlicensed(reader, config.licences)
    return SetSource(reader, config.folder, config.thermal)


def _makes_infrared(config: InfraredConfig, source: Any) -> bool:
    """Whether infrared pictures are made of visible ones: of a set where none has one of its own."""
    if config.source is None:
        return config.translates
    return config.pictures == "visible" or not source.counts["infrared"]


def _read_greys(config: InfraredConfig) -> Greys:
    """As the user says of infrared pictures that are given beside COCO's; else nothing is known of them."""
    if config.band is None and config.polarity is None:
        return AS_THEY_ARE
    return read_greys(config.band or "thermal", config.polarity or "unknown")


def _build_set_tools(
    config: InfraredConfig, inputs: Inputs, bench: "Workbench", makes_infrared: bool
) -> SetTools | None:
    """What takes and shows the pictures of a set; None for a run over COCO's files."""
    if config.source is None:
        return None
    maker = None
    if config.imagines and config.editor is not None:
        editor = build_editor(config.editor, bench.notify)
        maker = VisibleMaker(
            name=editor.name,
            settings=bench.digest("editor"),
            edits=bench.batched(editor.edit, config.editor.batch_size),
            prompt=inputs.prompts.render(VISIBLE).user,
            seed=config.visible_seed,
        )
    return SetTools(
        given=read_given(None, config.folder, config.follow_links),
        translates=makes_infrared,
        thermal=config.thermal,
        sees=config.captioner_sees,
        is_blind=config.writes_blindly,
        maker=maker,
    )


def tell_covered(inputs: Inputs) -> Covers:
    """What tells which categories a rule names, by the run's lexicon."""
    return Lexicon.load(inputs.more[0]).named_by


def pin_models(config: InfraredConfig) -> InfraredConfig:
    """Return a copy that names models on the hub by their commits."""
    pinned: dict[str, Any] = {}
    if config.translates:
        pinned["translator"] = pin_revision(config.translator)
    if config.scoring:
        pinned["scorer"] = pin_revision(config.scorer)
    if config.imagines and config.editor is not None:
        pinned["editor"] = pin_revision(config.editor)
    return config.model_copy(update=pinned)


def _name_parts(
    config: InfraredConfig, names: dict[str, str], known: Collection[str]
) -> dict[str, dict[str, str]]:
    """Who works in this run and by which prompts, without those that are switched off."""
    prompts: dict[str, str] = {
        "caption": "caption/filter_all" if config.one_request else "caption/filter",
        "debate": name_judge_prompt(config.judge_sees, config.reason_first),
    }
    if isinstance(config.scorer, VqaOptions):
        prompts["scorer"] = SCORE_PROMPTS[config.scorer.answer]
    if config.verify is not None:
        prompts["detector"] = DETECTOR_PROMPTS[config.verify_answer]
    prompts |= {str(task): f"task/{task}" for task in config.tasks}
    if config.source is not None:
        prompts["captioner"] = WITNESS_PROMPT
    for part, is_on in (("caption", config.filtering), ("debate", config.debate), ("scorer", config.scoring)):
        if not is_on:
            names[part] = "none"
            prompts.pop(part, None)
    own = {
        f"{folder}.{part}": f"{folder}/{name}"
        for folder in (TONES, BLACK_HOT)
        for part, name in prompts.items()
    }
    prompts |= {part: name for part, name in own.items() if name in known}
    return {"names": names, "prompts": prompts}


def _choose_text(texts: Texts, name: str, named: Path | None) -> Path | None:
    """The file to read; ConfigError for one that is gone and that the run did not keep."""
    chosen = texts.choose(name, named, _DATA / f"{name}.toml")
    if name not in texts.used:
        raise ConfigError(f"{name} {chosen}: No such file or directory")
    return chosen


def _with_table(options: TranslatorOptions, temperatures: Path | None) -> TranslatorOptions:
    if isinstance(options, RadiometricOptions):
        return options.model_copy(update={"temperatures": temperatures})
    return options


def _digest_scoring(config: InfraredConfig, bench: "Workbench", annotated: frozenset[str]) -> str:
    """Digest of what decides scores beside image, boxes and texts; annotated labels where they are read."""
    digest = bench.digest("scorer", "lexicon")
    return digest_text(f"{digest} {sorted(annotated)}") if config.scorer.kind == "grounding" else digest


def _batch_size(config: InfraredConfig) -> int:
    """How many images are scored at a time."""
    return int(getattr(config.scorer, "batch_size", config.translator.batch_size))


def _check_images_exist(config: InfraredConfig, images: Path, source: CocoSource | LicensedSource) -> None:
    """Refuse a wrong image folder with one message; with few images a row for each says more."""
    names = [sample.image for sample in islice(source, PROBED) if sample.image]
    if config.infrared is not None:
        refuse_visible(config.infrared, images, names)
    if len(names) < PROBED:
        return
    if not any((images / name).is_file() for name in names):
        raise _name_wrong_folder(images, names)
    if config.infrared is not None and not any(find_infrared(config.infrared, Path(name)) for name in names):
        raise _name_wrong_folder(config.infrared, names)


def _name_wrong_folder(folder: Path, names: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"{folder} holds none of the first {len(names)} images, such as {names[0]}: "
        "name the folder that the file names of the captions file start from."
    )


def _digest_weights(config: InfraredConfig) -> dict[str, str]:
    """Digests of the weight files that are used."""
    used = {
        "translator": config.translates and config.translator,
        "scorer": config.scoring and config.scorer,
        "editor": config.imagines and config.editor,
    }
    found = {name: digest_files(options) for name, options in used.items() if options}
    return {f"weights.{name}": digest for name, digest in found.items() if digest}
