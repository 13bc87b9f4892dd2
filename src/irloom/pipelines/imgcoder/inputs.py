"""The ImgCoder flow with everything that it reads, and the backends that it works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import irloom
from irloom.engine.fingerprint import digest_text, fingerprint
from irloom.engine.models import FigureModels
from irloom.engine.scheduler import Work
from irloom.engine.spending import Spending
from irloom.flows import ImgcoderConfig
from irloom.lexicon import Lexicon
from irloom.pipelines.chats import build_chats
from irloom.pipelines.flow import Learn, Notify
from irloom.pipelines.imgcoder.actions import FigureCalls
from irloom.pipelines.imgcoder.graph import FigureFlow
from irloom.pipelines.provenance import Provenance
from irloom.prompts import Prompts
from irloom.records import Seat
from irloom.sandbox.levels import SandboxOptions, open_sandbox
from irloom.sources.cache import choose_cache
from irloom.sources.problems import ProblemSource

SEATS: tuple[Seat, ...] = ("coder", "judge", "quizzer")
FAMILIES = ("coder", "figure", "repair")


@dataclass(frozen=True, slots=True)
class FigureJob:
    """What an ImgCoder run reads, loaded and digested."""

    config: ImgcoderConfig
    prompts: Prompts
    source: ProblemSource
    fingerprint: dict[str, Any]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """No filter rules here."""
        return []

    @property
    def images(self) -> Path:
        """No images are read; the problems' folder stands in."""
        return self.config.problems.parent

    @property
    def per_sample(self) -> int:
        """One instruction a problem."""
        return 1

    @property
    def max_rules(self) -> int:
        """No filter rules here."""
        return 1

    async def build(
        self, learnt: Mapping[str, Any], learn: Learn, spending: Spending, notify: Notify
    ) -> Work:
        """Build the chat models, and open the best sandbox that holds here. Raises ConfigError."""
        runner, probe = await open_sandbox(self._choose_sandbox())
        if probe.level == "off":
            notify(
                "Scripts that a model wrote are run WITHOUT a sandbox, with all your rights, as you asked."
            )
        try:
            chats, prices = build_chats(
                self.config, SEATS, Lexicon.load(None), learnt, learn, spending, notify
            )
        except BaseException:
            await runner.close()
            raise
        models = FigureModels(chats=chats, prices=prices, runner=runner, limits=self.config.sandbox)
        flow = FigureFlow(self.config, self.prompts, self._describe_provenance(models))
        return Work(flow, models, FigureCalls, {"sandbox": probe.model_dump()})

    def _choose_sandbox(self) -> SandboxOptions:
        wanted = self.config.sandbox
        fonts = choose_cache(None) / "fonts"
        return SandboxOptions(wanted.level, wanted.container, wanted.workers, fonts)

    def _describe_provenance(self, models: FigureModels) -> Provenance:
        """Who works in this run, without those that are switched off."""
        names: dict[str, str] = {agent: chat.model for agent, chat in models.chats.items()}
        names["sandbox"] = models.runner.level
        on = {"judge": self.config.judging or self.config.adapting, "quizzer": self.config.quizzing}
        names |= {agent: "none" for agent, is_on in on.items() if not is_on}
        used = self.prompts.only(("coder", *(("figure",) if any(on.values()) else ())))
        prompts = {name: (name, digest_text(text)) for name, text in used.texts.items()}
        return Provenance(irloom=irloom.__version__, seed=self.config.seed, models=names, prompts=prompts)


def load_figures(config: ImgcoderConfig) -> FigureJob:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts).only(FAMILIES)
    source = ProblemSource(config.problems)
    digests = {
        **source.digests,
        **{f"prompt.{name}": digest_text(text) for name, text in prompts.texts.items()},
    }
    return FigureJob(config, prompts, source, fingerprint(config, digests))
