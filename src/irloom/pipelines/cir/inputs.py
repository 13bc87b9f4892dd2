"""What the CIR flow reads, and the backends that it works with."""

from importlib.resources import files
from typing import TYPE_CHECKING

from irloom.agents.context import Context
from irloom.backends.builders import build_editor, build_meter, build_reader, load_embedder
from irloom.backends.pins import digest_files, pin_revision
from irloom.engine.session import Session
from irloom.engine.texts import Texts
from irloom.errors import ConfigError
from irloom.pipelines.cir.actions import EditActions, EditBackends
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.flow import Crew, Indexing, Inputs
from irloom.prompts import Prompts
from irloom.records import Sample
from irloom.sources.folder import FolderSource
from irloom.sources.present import PresentSource

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

PROMPTS = ("edit", "repair")
"""Folders of the prompts of this flow."""


def load_inputs(config: CirConfig, texts: Texts, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts, texts.kept_prompts).only(PROMPTS)
    texts.use_prompts(prompts.texts)
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    weights = digest_files(config.editor)
    return Inputs(
        source=_open_source(config, indexing),
        prompts=prompts,
        images=config.images,
        digests={"weights.editor": weights} if weights else {},
        more=texts.choose("edits", None, files("irloom.data") / "edits.toml"),
    )


async def build(config: CirConfig, inputs: Inputs, bench: "Workbench") -> Crew:
    """Build the image editor and the chat models. Raises ConfigError."""
    if missing := inputs.source.counts.get("images_not_here"):
        bench.notify(f"{missing:,} images of the annotations are not in {config.images}: they are left out.")
    if config.embedder is not None:
        load_embedder(config.embedder, bench.notify)  # so that a wrong one is found before anything is paid
    bench.supply(edits=inputs.more)
    editor = build_editor(config.editor, bench.notify)
    names = {agent: bench.chat(agent).model for agent in config.agents}
    backends = EditBackends(
        editor=editor.name,
        edits=bench.batched(editor.edit, config.editor.batch_size),
        editing_settings=bench.digest("editor", "edits"),
        meter=build_meter(),
        read=build_reader(config.editor.max_pixels),
    )

    def make_context(session: Session, sample: Sample) -> Context[Sample, EditActions, CirConfig]:
        return Context(sample, session, EditActions(session, sample, backends), inputs.prompts, config)

    names |= {"editor": editor.name, "reviser": names["editor"]}
    if not config.judging:
        names["verifier"] = "none"
    used = {
        name: name
        for name in inputs.prompts.texts
        if name.startswith("edit/") and (config.judging or "verify" not in name)
    }
    return Crew(context=make_context, names=names, prompts=used)


def pin_models(config: CirConfig) -> CirConfig:
    """Return a copy that names a model on the hub by its commit."""
    return config.model_copy(update={"editor": pin_revision(config.editor)})


def _open_source(config: CirConfig, indexing: Indexing | None) -> PresentSource | FolderSource:
    if config.captions is None and config.instances is None:
        return FolderSource(config.images, config.follow_links)
    annotated = config.open_coco(indexing, needs_captions=False)
    return PresentSource(annotated, config.images)
