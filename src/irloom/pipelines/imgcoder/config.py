"""What an ImgCoder run is asked to do."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from irloom.config import RunConfig
from irloom.figures import CheckName
from irloom.options import SandboxOptions
from irloom.settings import DIGESTED, HOW, HOW_MUCH, WHAT_TO_READ, HasOptions, Option

_NUMBER = Option(HOW_MUCH, metavar="N")
_NEEDS = {"judging": "judge", "adapting": "judge", "quizzing": "quizzer"}
"""Which agent has to see for what."""


class ImgcoderConfig(RunConfig):
    """Everything that decides what an ImgCoder run makes."""

    agents: ClassVar[tuple[str, ...]] = ("coder", "judge", "quizzer")
    flow: Literal["imgcoder"] = "imgcoder"
    problems: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")]
    """Problems: a JSON list, or an object a line."""

    max_repairs: Annotated[int, _NUMBER] = Field(default=3, ge=0, le=10)
    """How often a script is repaired, or with `one_call` asked for again."""
    blind_trials: Annotated[int, _NUMBER] = Field(default=4, ge=1, le=16)
    """How often a generated quiz is tried without the figure; it is dropped if all answers are right."""
    min_score: Annotated[int, _NUMBER] = Field(default=1, ge=0, le=2)
    """Least mark in each of the judge's dimensions."""
    temperature: float = Field(default=0.6, ge=0, le=2)
    """Temperature of the coder."""
    must_pass: tuple[CheckName, ...] = ("labels_drawn", "forbidden_absent", "inside_canvas")
    """Checks that reject a figure which fails them to the end; the others are noted."""

    one_call: Annotated[bool, Option(HOW)] = False
    """Plan and script in one request with blind retries, as in the paper; else step by step with repairs."""
    judging: Annotated[bool, Option(HOW, help="no marks in five dimensions")] = True
    quizzing: Annotated[bool, Option(HOW, help="no inverse validation by quizzes")] = True
    adapting: Annotated[bool, Option(HOW, help="leave the problem's text as it is")] = True
    sandbox: Annotated[SandboxOptions, HasOptions()] = Field(default_factory=SandboxOptions)

    @model_validator(mode="before")
    @classmethod
    def switch_off_what_cannot_see(cls, settings: Any) -> Any:
        """The rule engine neither judges nor sees: without a chat model these are off unless asked for."""
        if not isinstance(settings, dict):
            return settings
        chat = settings.get("chat")
        kind = chat.get("kind") if isinstance(chat, dict) else getattr(chat, "kind", "rules")
        if kind != "rules":
            return settings
        roles = settings.get("roles") or {}
        return {**{switch: agent in roles for switch, agent in _NEEDS.items()}, **settings}

    @model_validator(mode="after")
    def validate_switches(self) -> Self:
        """Refuse to have the rule engine judge."""
        for switch, agent in _NEEDS.items():
            if getattr(self, switch) and self.chat_for(agent).kind == "rules":
                raise ValueError(f"the rule engine cannot see: `{switch}` needs a chat model for `{agent}`")
        return self
