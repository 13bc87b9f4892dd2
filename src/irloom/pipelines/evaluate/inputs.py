"""What an evaluation reads, and the backends that it works with."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from irloom.agents.context import Context
from irloom.backends.builders import build_editor
from irloom.backends.pins import digest_files, pin_revision
from irloom.engine.images import hash_file
from irloom.engine.session import Session
from irloom.engine.texts import Texts
from irloom.errors import ConfigError, SourceError
from irloom.options import ClassicOptions
from irloom.pipelines.evaluate.actions import EvaluationActions, Gallery
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.pictures import Shelf, VisibleFinder, VisibleMaker, digest_visible
from irloom.pipelines.evaluate.records import CHECK, Item, Posed, Shot
from irloom.pipelines.evaluate.state import EvaluationContext
from irloom.pipelines.flow import Crew, Indexing, Inputs
from irloom.prompts import Prompts
from irloom.sources.location import Finder, require_folder

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

C = TypeVar("C", bound=EvaluationConfig)
T = TypeVar("T")

VISIBLE = "evaluate/visible"
"""What the image editor is told."""


class Questions:
    """The questions of a benchmark as a source of samples."""

    def __init__(self, items: Sequence[Item], digest: str, notices: Sequence[str]) -> None:
        self._items = {item.id: item for item in items}
        self.digests = {"data": digest}
        self.notices = tuple(notices)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are."""
        return {"questions": len(self._items)}

    def __len__(self) -> int:
        return len(self._items)

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._items)

    def get(self, sample_id: str) -> Item | None:
        """One question by its id."""
        return self._items.get(sample_id)

    def close(self) -> None:
        """Nothing is held open."""


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
    _check_pictures(benchmark, items, config)
    _check_prompts(benchmark, items, config, prompts)
    notices = [
        *benchmark.notice(items, config),
        *_check_images(items, config),
        *_check_visible(benchmark, items, config),
    ]
    return Inputs(
        source=Questions(items, hash_file(config.data), notices),
        prompts=prompts,
        images=config.images or config.data.parent,
        digests=_digest_visible(benchmark, items, config),
        late=frozenset({"rgb"}),
        more=items,
    )


def _digest_visible(
    benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig
) -> dict[str, str]:
    """Digests of what visible-light pictures come from, where any are shown."""
    if not _shows_visible(benchmark, items, config):
        return {}
    if config.rgb is not None:
        return {"rgb": digest_visible(config.rgb, dict.fromkeys(_list_shots(items)))}
    weights = digest_files(config.editor)
    return {"weights.editor": weights} if weights else {}


async def build(
    benchmark: Benchmark[Any], config: EvaluationConfig, inputs: Inputs, bench: "Workbench"
) -> Crew:
    """Build the chat models, and the image editor where it is needed. Raises ConfigError."""
    names = {"answerer": bench.chat("answerer").model}
    names["checker"] = bench.chat("checker").model if config.has_checker else "none"
    infrared = None if config.images is None else Finder(config.images, require_folder(config.images))
    visible = _build_visible(benchmark, config, inputs, bench)
    if visible is not None:
        names["editor"] = visible.name if isinstance(visible, VisibleMaker) else "given"
    shelves: dict[Path, Shelf] = {}

    def make_context(session: Session, item: Item) -> EvaluationContext:
        shelf = shelves.setdefault(session.folders.root, Shelf(session.folders.root))
        gallery = Gallery(shelf=shelf, max_side=config.max_side, infrared=infrared, visible=visible)
        actions = EvaluationActions(session, item, gallery, benchmark)
        return Context(item, session, actions, inputs.prompts, config)

    used = {name: name for name in inputs.prompts.texts}
    return Crew(context=make_context, names=names, prompts=used)


def pin_models(config: C) -> C:
    """Return a copy that names an editor on the hub by its commit."""
    return config.model_copy(update={"editor": pin_revision(config.editor)})


def _build_visible(
    benchmark: Benchmark[Any], config: EvaluationConfig, inputs: Inputs, bench: "Workbench"
) -> VisibleFinder | VisibleMaker | None:
    if not _shows_visible(benchmark, inputs.more, config):
        return None
    if config.rgb is not None:
        return VisibleFinder(config.rgb)
    editor = build_editor(config.editor, bench.notify)
    return VisibleMaker(
        name=editor.name,
        settings=bench.digest("editor"),
        edits=bench.batched(editor.edit, config.editor.batch_size),
        prompt=inputs.prompts.render(VISIBLE).user,
        seed=config.visible_seed,
    )


def _shows_visible(benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig) -> bool:
    """Whether any ask shows a visible-light picture."""
    return any("visible" in posed.sights for posed in _pose_some(benchmark, items, config))


def _pose_some(benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig) -> list[Posed]:
    """The asks of one question with a picture and of one without: what others show does not differ."""
    some = {bool(item.images): item for item in items}
    return [posed for item in some.values() for posed in benchmark.pose(item, config)]


def _check_checker(benchmark: Benchmark[Any], config: EvaluationConfig) -> None:
    """Refuse answers that only a model can judge where there is none."""
    if any(rule.needs_checker for rule in benchmark.rules.values()) and not config.has_checker:
        raise ConfigError(
            f"answers of {benchmark.name} are free words, which a model judges: name one of the endpoint "
            "with --checker, or another in --config, under [roles.checker]."
        )


def _check_prompts(
    benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig, prompts: Prompts
) -> None:
    """Fill the slots of what is asked once, so that a wrong one is told before anything is paid."""
    for posed in _pose_some(benchmark, items, config):
        prompts.render(posed.prompt, **posed.fields)
        if config.has_checker:
            prompts.render(posed.check, **{**posed.check_fields, "reply": ""})


def _check_pictures(benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig) -> None:
    """Refuse asks whose pictures nobody brings or makes."""
    posed = _pose_some(benchmark, items, config)
    if config.images is None and any(one.sights for one in posed):
        raise ConfigError("--images is missing: name the folder of the infrared images.")
    shown = dict.fromkeys(one.variant for one in posed if "visible" in one.sights)
    if shown and config.rgb is None and isinstance(config.editor, ClassicOptions):
        raise ConfigError(
            f"{', '.join(shown)} shows visible-light images, which the embedded editor cannot make: give "
            "them with --rgb (a folder, or another run), or name a diffusers pipeline in --config, under "
            '[editor] with kind = "diffusers".'
        )


def _check_visible(benchmark: Benchmark[Any], items: Sequence[Item], config: EvaluationConfig) -> list[str]:
    """Say how many visible-light images are missing; ConfigError where none is one."""
    if config.rgb is None or not _shows_visible(benchmark, items, config):
        return []
    if config.images is not None and config.rgb.resolve() == config.images.resolve():
        raise ConfigError(f"--rgb {config.rgb} is the folder of --images: these are the infrared images.")
    finder, shots = VisibleFinder(config.rgb), {shot.name: shot for shot in _list_shots(items)}
    missing = {name: why for name, shot in shots.items() if (why := _miss(finder.find, shot))}
    if missing and len(missing) == len(shots):
        raise ConfigError(
            f"--rgb {config.rgb} has none of the {len(shots):,} images, such as {next(iter(missing))}: "
            f"{next(iter(missing.values()))}."
        )
    return [_tell_missing(missing, shots, config.rgb)] if missing else []


def _list_shots(items: Sequence[Item]) -> list[Shot]:
    """What is shown of images, by all questions."""
    return [shot for item in items for shot in item.images]


def _tell_missing(missing: Mapping[str, str], names: Collection[str], folder: Path) -> str:
    first, why = next(iter(missing.items()))
    return (
        f"{len(missing):,} of {len(names):,} images are not in {folder}, such as {first} ({why}): their "
        "questions fail, and count as wrong."
    )


def _check_images(items: Sequence[Item], config: EvaluationConfig) -> list[str]:
    """Say how many images are missing; ConfigError where none is there."""
    if config.images is None:
        return []
    finder = Finder(config.images, require_folder(config.images))
    names = dict.fromkeys(shot.name for shot in _list_shots(items))
    missing = {name: why for name in names if (why := _miss(finder.find, name))}
    if missing and len(missing) == len(names):
        raise ConfigError(
            f"--images {config.images} holds none of the {len(names):,} images of {config.data}, such as "
            f"{next(iter(missing))}: name another folder."
        )
    return [_tell_missing(missing, names, config.images)] if missing else []


def _miss(find: Callable[[T], object], image: T) -> str:
    """Why an image cannot be found; empty where it can."""
    try:
        find(image)
    except SourceError as error:
        return str(error)
    return ""
