"""The CIR flow with everything that it reads, and the backends that it works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import irloom
from irloom.backends.builders import build_editor, build_meter, build_reader, load_embedder
from irloom.backends.pins import digest_files, pin_revision
from irloom.engine.batcher import Batcher
from irloom.engine.fingerprint import digest_settings, digest_text, fingerprint
from irloom.engine.models import EditModels
from irloom.engine.scheduler import Work
from irloom.engine.spending import Spending
from irloom.errors import ConfigError
from irloom.flows import CirConfig
from irloom.lexicon import Lexicon
from irloom.pipelines.chats import build_chats
from irloom.pipelines.cir.actions import EditCalls
from irloom.pipelines.cir.graph import CirFlow
from irloom.pipelines.flow import Indexing, Learn, Notify, Samples
from irloom.pipelines.provenance import Provenance
from irloom.prompts import Prompts
from irloom.records import Seat
from irloom.sources.coco import CocoSource
from irloom.sources.folder import FolderSource
from irloom.sources.present import PresentSource

SEATS: tuple[Seat, ...] = ("proposer", "editor", "verifier", "phraser")
FAMILIES = ("edit", "repair")


@dataclass(frozen=True, slots=True)
class CirJob:
    """What a CIR run reads, loaded and digested."""

    config: CirConfig
    prompts: Prompts
    lexicon: Lexicon
    source: Samples
    fingerprint: dict[str, Any]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """No filter rules here."""
        return []

    @property
    def images(self) -> Path:
        """The folder of the seeds."""
        return self.config.images

    @property
    def per_sample(self) -> int:
        """As many edits as all families have variants."""
        return self.config.families * self.config.variants

    @property
    def max_rules(self) -> int:
        """No filter rules here."""
        return 1

    async def build(
        self, learnt: Mapping[str, Any], learn: Learn, spending: Spending, notify: Notify
    ) -> Work:
        """Build the image editor and the chat models. Raises ConfigError."""
        if missing := self.source.counts.get("images_not_here"):
            notify(
                f"{missing:,} images of the annotations are not in {self.config.images}: they are left out."
            )
        if self.config.embedder is not None:
            load_embedder(
                self.config.embedder, notify
            )  # so that a wrong one is found before anything is paid
        editor = build_editor(self.config.editor, notify)
        chats, prices = build_chats(self.config, SEATS, self.lexicon, learnt, learn, spending, notify)
        models = EditModels(
            chats=chats,
            prices=prices,
            editor=editor.name,
            edits=Batcher(editor.edit, self.config.editor.batch_size),
            editing_settings=digest_settings(self.fingerprint, "editor", "edits"),
            meter=build_meter(),
            read=build_reader(self.config.editor.max_pixels),
        )
        return Work(CirFlow(self.config, self.prompts, self._describe_provenance(models)), models, EditCalls)

    def _describe_provenance(self, models: EditModels) -> Provenance:
        """Who works in this run; nobody verifies where judging is off."""
        names: dict[str, str] = {agent: chat.model for agent, chat in models.chats.items()}
        names["editor"] = models.editor
        names["reviser"] = models.chats["editor"].model
        if not self.config.judging:
            names["verifier"] = "none"
        prompts = {
            name: (name, digest_text(text))
            for name, text in self.prompts.texts.items()
            if name.startswith("edit/") and (self.config.judging or "verify" not in name)
        }
        return Provenance(irloom=irloom.__version__, seed=self.config.seed, models=names, prompts=prompts)


def load_cir(config: CirConfig, indexing: Indexing | None = None) -> CirJob:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts).only(FAMILIES)
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    source = _open_source(config, indexing)
    weights = digest_files(config.editor)
    digests = {
        **source.digests,
        **({"weights.editor": weights} if weights else {}),
        "edits": digest_text(files("irloom.data").joinpath("edits.toml").read_bytes()),
        **{f"prompt.{name}": digest_text(text) for name, text in prompts.texts.items()},
    }
    return CirJob(config, prompts, Lexicon.load(None), source, fingerprint(config, digests))


def _open_source(config: CirConfig, indexing: Indexing | None) -> PresentSource | FolderSource:
    if config.captions is None and config.instances is None:
        return FolderSource(config.images)
    annotated = CocoSource(
        config.images, config.captions, config.instances, progress=indexing, needs_captions=False
    )
    return PresentSource(annotated, config.images)


def pin_editor(config: CirConfig) -> CirConfig:
    """The same with the commit of a model on the hub, so that a resume loads what the run began with."""
    return config.model_copy(update={"editor": pin_revision(config.editor)})
