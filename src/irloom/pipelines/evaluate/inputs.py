"""What an evaluation reads, and the backends that it works with."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from irloom.agents.context import Context
from irloom.backends.builders import build_editor
from irloom.backends.pins import digest_files, pin_revision
from irloom.engine.session import Session
from irloom.engine.texts import Texts
from irloom.errors import ConfigError, SourceError
from irloom.options import ClassicOptions, OpenAIOptions, SimilarityOptions
from irloom.pipelines.evaluate.actions import EvaluationActions, Gallery
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.pictures import Shelf, VisibleFinder, digest_infrared, digest_visible
from irloom.pipelines.evaluate.records import CHECK, Item, Posed
from irloom.pipelines.evaluate.state import EvaluationContext
from irloom.pipelines.evaluate.store import ItemStore
from irloom.pipelines.flow import Crew, Indexing, Inputs
from irloom.pipelines.visible_maker import VISIBLE, VisibleMaker
from irloom.prompts import Prompts
from irloom.shots import Shot
from irloom.sources.location import Finder, require_folder

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

C = TypeVar("C", bound=EvaluationConfig)
T = TypeVar("T")
_USUAL_TOKENS = OpenAIOptions.model_fields["max_tokens"].default
"""What nobody has to set."""


class Questions:
    """The questions of a benchmark as a source of samples; a store's stay where they are."""

    def __init__(self, items: Sequence[Item], digest: str, notices: Sequence[str]) -> None:
        self._store = items if isinstance(items, ItemStore) else None
        self._items = {} if self._store is not None else {item.id: item for item in items}
        self.digests = {"data": digest}
        self.notices = tuple(notices)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are."""
        return {"questions": len(self)}

    def __len__(self) -> int:
        return len(self._items if self._store is None else self._store)

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._items) if self._store is None else self._store.list_ids()

    def get(self, sample_id: str) -> Item | None:
        """One question by its id."""
        return self._items.get(sample_id) if self._store is None else self._store.find(sample_id)

    def close(self) -> None:
        """Let go of a store's file."""
        if self._store is not None:
            self._store.close()


def load_inputs(
    benchmark: Benchmark[Any], config: EvaluationConfig, texts: Texts, indexing: Indexing | None = None
) -> Inputs:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts, texts.kept_prompts, benchmark.brought_prompts)
    prompts = prompts.only((*benchmark.prompts, CHECK, VISIBLE))
    texts.use_prompts(prompts.texts)
    items = benchmark.load(config)
    if not items:
        raise ConfigError(f"--data {config.data} holds no question.")
    _check_checker(benchmark, config)
    posed = _pose_some(benchmark, items, config)
    _check_pictures(posed, config)
    _check_prompts(posed, config, prompts)
    first = items if config.limit is None else items[: config.limit]
    notices = [
        *_tell_other_bound(config),
        *benchmark.notice(items, config),
        *_check_images(first, config),
        *_check_visible(posed, first, config),
    ]
    return Inputs(
        source=Questions(items, benchmark.digest(config), notices),
        prompts=prompts,
        images=config.images or config.data.parent,
        digests=_digest_sources(posed, items, config),
        late=frozenset({"images", "rgb"}),
        more=posed,
    )


def _digest_sources(
    posed: Sequence[Posed], items: Sequence[Item], config: EvaluationConfig
) -> dict[str, str]:
    """Digests of an embedder that answers, of shown pictures, and of what visible-light ones come from."""
    answerer, found = config.chat_for("answerer"), dict[str, str | None]()
    if answerer.kind == "similarity":
        found["weights.answerer"] = digest_files(answerer.scorer)
    if config.images is not None and any(one.sights for one in posed):
        found["images"] = digest_infrared(_open_folder(config.images, config), _list_names(items))
    if _shows_visible(posed) and config.rgb is not None:
        found["rgb"] = digest_visible(
            VisibleFinder(config.rgb, config.follow_links), dict.fromkeys(_list_shots(items))
        )
    elif _shows_visible(posed):
        found["weights.editor"] = digest_files(config.editor)
    return {name: digest for name, digest in found.items() if digest}


async def build(
    benchmark: Benchmark[Any], config: EvaluationConfig, inputs: Inputs, bench: "Workbench"
) -> Crew:
    """Build the chat models, and the image editor where it is needed. Raises ConfigError."""
    names = {"answerer": bench.chat("answerer").model}
    names["checker"] = bench.chat("checker").model if config.has_checker else "none"
    infrared = None if config.images is None else _open_folder(config.images, config)
    visible = _build_visible(config, inputs, bench)
    if visible is not None:
        names["editor"] = visible.name if isinstance(visible, VisibleMaker) else "given"
    shelves: dict[Path, Shelf] = {}

    def make_context(session: Session, item: Item) -> EvaluationContext:
        shelf = shelves.setdefault(session.folders.root, Shelf(session.folders.root))
        gallery = Gallery(
            shelf=shelf,
            folder=benchmark.folder(config),
            max_side=config.max_side,
            infrared=infrared,
            visible=visible,
        )
        actions = EvaluationActions(session, item, gallery, benchmark)
        return Context(item, session, actions, inputs.prompts, config)

    used = {name: name for name in inputs.prompts.texts}
    return Crew(context=make_context, names=names, prompts=used)


def pin_models(config: C) -> C:
    """Return a copy that names an editor, or an embedder that answers, on the hub by its commit."""
    pinned: dict[str, Any] = {"editor": pin_revision(config.editor)}
    if isinstance(config.chat, SimilarityOptions):
        pinned["chat"] = config.chat.model_copy(update={"scorer": pin_revision(config.chat.scorer)})
    return config.model_copy(update=pinned)


def _build_visible(
    config: EvaluationConfig, inputs: Inputs, bench: "Workbench"
) -> VisibleFinder | VisibleMaker | None:
    if not _shows_visible(inputs.more):
        return None
    if config.rgb is not None:
        return VisibleFinder(config.rgb, config.follow_links)
    editor = build_editor(config.editor, bench.notify)
    return VisibleMaker(
        name=editor.name,
        settings=bench.digest("editor"),
        edits=bench.batched(editor.edit, config.editor.batch_size),
        prompt=inputs.prompts.render(VISIBLE).user,
        seed=config.visible_seed,
    )


def _shows_visible(posed: Sequence[Posed]) -> bool:
    """Whether any ask shows a visible-light picture."""
    return any("visible" in one.sights for one in posed)


def _pose_some(benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig) -> list[Posed]:
    """The asks of one question with a picture and of one without: what others show does not differ.

    A question of which nothing is asked tells nothing of others.
    """
    some: dict[bool, Sequence[Posed]] = {}
    for item in items:
        if not some.get(bool(item.images)):
            some[bool(item.images)] = benchmark.pose(item, config)
    return [one for posed in some.values() for one in posed]


def _tell_other_bound(config: EvaluationConfig) -> list[str]:
    """Say that `max_tokens` of the answerer bounds no answer, where somebody has set it."""
    options, bound = config.chat_for("answerer"), config.longest_reply
    if not isinstance(options, OpenAIOptions) or options.max_tokens in (_USUAL_TOKENS, bound):
        return []
    table = "roles.answerer" if "answerer" in config.roles else "chat"
    return [
        f"max_tokens = {options.max_tokens} under [{table}] bounds no answer here: --reply-tokens does "
        f"(reply_tokens in --config), and is {bound:,}, thoughts included."
    ]


def _check_checker(benchmark: Benchmark[Any], config: EvaluationConfig) -> None:
    """Refuse answers that only a model can judge where there is none."""
    if any(rule.needs_checker for rule in benchmark.rules.values()) and not config.has_checker:
        raise ConfigError(
            f"answers of {benchmark.name} are free words, which a model judges: name one of the endpoint "
            "with --checker, or another in --config, under [roles.checker]."
        )


def _check_prompts(posed: Sequence[Posed], config: EvaluationConfig, prompts: Prompts) -> None:
    """Fill the slots of what is asked once, so that a wrong one is told before anything is paid."""
    for one in posed:
        prompts.render(one.prompt, **one.fields)
        if config.has_checker:
            prompts.render(one.check, **{**one.check_fields, "reply": ""})


def _check_pictures(posed: Sequence[Posed], config: EvaluationConfig) -> None:
    """Refuse asks whose pictures nobody brings or makes."""
    if config.images is None and any(one.sights for one in posed):
        raise ConfigError("--images is missing: name the folder of the images.")
    shown = dict.fromkeys(one.variant for one in posed if "visible" in one.sights)
    if shown and config.rgb is None and isinstance(config.editor, ClassicOptions):
        raise ConfigError(
            f"{', '.join(shown)} shows visible-light images, which the embedded editor cannot make: give "
            "them with --rgb (a folder, or another run), or name a diffusers pipeline in --config, under "
            '[editor] with kind = "diffusers".'
        )


def _check_visible(posed: Sequence[Posed], items: Sequence[Item], config: EvaluationConfig) -> list[str]:
    """Say how many visible-light images are missing; ConfigError where none is one."""
    if config.rgb is None or not _shows_visible(posed):
        return []
    if config.images is not None and config.rgb.resolve() == config.images.resolve():
        raise ConfigError(f"--rgb {config.rgb} is the folder of --images: these are the infrared images.")
    finder = VisibleFinder(config.rgb, config.follow_links)
    shots = {shot.name: shot for shot in _list_shots(items)}
    missing = {name: why for name, shot in shots.items() if (why := _miss(finder.find, shot))}
    if missing and len(missing) == len(shots):
        raise ConfigError(
            f"--rgb {config.rgb} has none of the {len(shots):,} images, such as {next(iter(missing))}: "
            f"{next(iter(missing.values()))}."
        )
    return [_tell_missing(missing, shots, config.rgb)] if missing else []


def _list_shots(items: Sequence[Item]) -> Iterator[Shot]:
    """What is shown of images, by all questions."""
    return (shot for item in items for shot in item.images)


def _list_names(items: Sequence[Item]) -> dict[str, None]:
    """The names of all images, each once."""
    return dict.fromkeys(shot.name for shot in _list_shots(items))


def _tell_missing(missing: Mapping[str, str], names: Collection[str], folder: Path) -> str:
    first, why = next(iter(missing.items()))
    return (
        f"{len(missing):,} of {len(names):,} images are not in {folder}, such as {first} ({why}): the "
        "asks that show them fail."
    )


def _check_images(items: Sequence[Item], config: EvaluationConfig) -> list[str]:
    """Say how many images are missing; ConfigError where none is there."""
    if config.images is None:
        return []
    finder = _open_folder(config.images, config)
    names = _list_names(items)
    missing = {name: why for name in names if (why := _miss(finder.find, name))}
    if missing and len(missing) == len(names):
        raise ConfigError(
            f"--images {config.images} holds none of the {len(names):,} images of {config.data}, such as "
            f"{next(iter(missing))} ({next(iter(missing.values()))}): name another folder."
        )
    return [_tell_missing(missing, names, config.images)] if missing else []


def _open_folder(images: Path, config: EvaluationConfig) -> Finder:
    return Finder(images, require_folder(images), config.follow_links)


def _miss(find: Callable[[T], object], image: T) -> str:
    """Why an image cannot be found; empty where it can."""
    try:
        find(image)
    except SourceError as error:
        return str(error)
    return ""
