"""What the ImgCoder flow reads, and the backends that it works with."""

from typing import TYPE_CHECKING

from irloom.agents.context import Context
from irloom.engine.session import Session
from irloom.engine.texts import Texts
from irloom.figures import Problem
from irloom.pipelines.flow import Crew, Indexing, Inputs
from irloom.pipelines.imgcoder.actions import FigureActions
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.prompts import Prompts
from irloom.sandbox.levels import SandboxOptions, open_sandbox
from irloom.sources.cache import choose_cache
from irloom.sources.problems import ProblemSource

if TYPE_CHECKING:
    from irloom.pipelines.workbench import Workbench

PROMPTS = ("coder", "figure", "repair")
"""Folders of the prompts of this flow."""


def load_inputs(config: ImgcoderConfig, texts: Texts, indexing: Indexing | None = None) -> Inputs:
    """Read and digest everything that decides the rows. Raises ConfigError."""
    prompts = Prompts.load(config.prompts, texts.kept_prompts).only(PROMPTS)
    texts.use_prompts(prompts.texts)
    return Inputs(source=ProblemSource(config.problems), prompts=prompts, images=config.problems.parent)


async def build(config: ImgcoderConfig, inputs: Inputs, bench: "Workbench") -> Crew:
    """Build the chat models, and open the best sandbox that holds here. Raises ConfigError."""
    runner, probe = await open_sandbox(_choose_sandbox(config))
    bench.close_at_end(runner.close)
    if probe.level == "off":
        bench.notify(
            "Scripts that a model wrote are run WITHOUT a sandbox, with all your rights, as you asked."
        )
    names = {agent: bench.chat(agent).model for agent in config.agents}

    def make_context(session: Session, problem: Problem) -> Context[Problem, FigureActions, ImgcoderConfig]:
        actions = FigureActions(session, problem, runner, config.sandbox)
        return Context(problem, session, actions, inputs.prompts, config)

    names["sandbox"] = runner.level
    on = {"judge": config.judging or config.adapting, "quizzer": config.quizzing}
    names |= {agent: "none" for agent, is_on in on.items() if not is_on}
    used = inputs.prompts.only(("coder", *(("figure",) if any(on.values()) else ())))
    return Crew(
        context=make_context,
        names=names,
        prompts={name: name for name in used.texts},
        about={"sandbox": probe.model_dump()},
    )


def _choose_sandbox(config: ImgcoderConfig) -> SandboxOptions:
    wanted = config.sandbox
    return SandboxOptions(wanted.level, wanted.container, wanted.workers, choose_cache(None) / "fonts")
