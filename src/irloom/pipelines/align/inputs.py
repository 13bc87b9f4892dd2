"""What the flow reads, and the backends that it works with."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.agents.captioner.state import PROMPT as CAPTION_PROMPT
from irloom.agents.context import Context
from irloom.agents.panel.state import PROMPT as JUDGE_PROMPT
from irloom.backends.builders import build_reader
from irloom.backends.pins import digest_files, pin_revision
from irloom.engine.session import Session
from irloom.engine.texts import Texts, digest_text
from irloom.errors import ConfigError
from irloom.painter_options import PipelinePainterOptions
from irloom.pipelines.align.actions import AlignActions, AlignBackends, Painter
from irloom.pipelines.align.config import AlignConfig
from irloom.pipelines.align.source import Subject, Subjects
from irloom.pipelines.align.writer import Phrasebook, Writer
from irloom.pipelines.flow import Crew, Indexing, Inputs, Question, Samples
from irloom.prompts import Prompts
from irloom.settings import list_decisive
from irloom.sources.coco import CocoSource
from irloom.sources.folder import FolderSource
from irloom.sources.licensed import LicensedSource
from irloom.sources.present import PresentSource
from irloom.sources.texts import TextSource

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

PROMPTS = ("captioner", "panel", "repair")
"""Folders of the prompts of this flow."""
SEEN = 2_000
"""Images of a source from which the embedded writer learns how common things are."""
_MAX_PIXELS = 100_000_000


def load_inputs(config: AlignConfig, texts: Texts, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts, texts.kept_prompts).only(PROMPTS)
    texts.use_prompts(prompts.texts)
    sources, writer = _open_sources(config, texts, indexing)
    weights = {name: digest_files(options) for name, options in _list_pipelines(config).items()}
    return Inputs(
        source=Subjects(sources),
        prompts=prompts,
        images=config.images or Path(),
        digests={f"weights.painters.{name}": digest for name, digest in weights.items() if digest},
        more=writer,
    )


def _open_sources(
    config: AlignConfig, texts: Texts, indexing: Indexing | None
) -> tuple[list[Samples], Writer | None]:
    """The images and the texts, and the writer where no captioner describes the images."""
    sources: list[Samples] = []
    writer = None
    if config.images is not None:
        if not config.images.is_dir():
            raise ConfigError(f"--images {config.images} is not a folder.")
        if config.captioners and config.instances is None and config.captions is None:
            sources.append(FolderSource(config.images, config.follow_links))
        else:
            annotated = _open_annotated(config, indexing)
            sources.append(PresentSource(annotated, config.images))
            writer = None if config.captioners else _teach(config, texts, annotated)
    if config.texts is not None:
        sources.append(TextSource(config.texts))
    if not sources:
        raise ConfigError("--images missing: name a folder of images, or --texts with --painters.")
    return sources, writer


def _open_annotated(config: AlignConfig, indexing: Indexing | None) -> CocoSource | LicensedSource:
    if not config.captioners and config.instances is None:
        raise ConfigError(
            "nothing says what is in the images: name models that describe them (--captioners), or give "
            "annotations (--instances), of which irloom writes sentences itself."
        )
    assert config.images is not None
    return config.read_coco(config.images, indexing, needs_captions=False)


def _teach(config: AlignConfig, texts: Texts, annotated: CocoSource | LicensedSource) -> Writer:
    """The embedded writer, who has seen a part of the source."""
    book = Phrasebook.load(texts.choose("claims", config.claims, files("irloom.data") / "claims.toml"))
    return Writer.learn(book, annotated.labels, annotated.read_some(SEEN), config.seed)


async def build(config: AlignConfig, inputs: Inputs, bench: "Workbench") -> Crew:
    """Build the chat models and the painters. Raises ConfigError."""
    if missing := inputs.source.counts.get("images_not_here"):
        bench.notify(f"{missing:,} images of the annotations are not in {config.images}: they are left out.")
    if not config.judges and (config.captioners or config.painted_by):
        bench.notify(
            "No judges are named (--judges): the sentences of captions and texts stay unknown, and none of "
            "them takes part in a score."
        )
    seats = [f"captioner:{name}" for name in config.captioners]
    seats += [f"judge:{name}" for name in config.judges]
    names = {seat: bench.chat(seat).model for seat in seats}
    painters = {name: _build_painter(config, name, bench) for name in config.painted_by}
    names |= {f"painter:{name}": one.paints.name for name, one in painters.items()}
    backends = AlignBackends(painters=painters, writer=inputs.more, read=build_reader(_MAX_PIXELS))

    def make_context(session: Session, sample: Subject) -> Context[Subject, AlignActions, AlignConfig]:
        return Context(sample, session, AlignActions(session, sample, backends), inputs.prompts, config)

    used = [*([CAPTION_PROMPT] if config.captioners else []), *([JUDGE_PROMPT] if config.judges else [])]
    return Crew(context=make_context, names=names, prompts={name: name for name in used})


def pin_models(config: AlignConfig) -> AlignConfig:
    """Return a copy that names painters on the hub by their commits."""
    pinned = {name: pin_revision(options) for name, options in _list_pipelines(config).items()}
    return config.model_copy(update={"painters": {**config.painters, **pinned}})


def _list_pipelines(config: AlignConfig) -> dict[str, PipelinePainterOptions]:
    """The painters of this run that have weights of their own."""
    named = {name: config.painters[name] for name in config.painted_by if name in config.painters}
    return {name: one for name, one in named.items() if isinstance(one, PipelinePainterOptions)}


def _build_painter(config: AlignConfig, name: str, bench: "Workbench") -> Painter:
    options = config.find_painter(name)
    paints, price = bench.painter(f"painter:{name}", options)
    decisive = digest_text(repr(sorted(list_decisive(options))) + bench.digest(f"painters.{name}"))
    return Painter(paints=paints, settings=decisive, price=price)


def list_questions(config: AlignConfig) -> list[Question]:
    """Each captioner and judge is shown pictures."""
    seats = [f"captioner:{name}" for name in config.captioners]
    seats += [f"judge:{name}" for name in config.judges]
    return [Question(seat=seat, sees=True) for seat in seats]
