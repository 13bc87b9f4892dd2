"""The step that objects before the judge is paid: what needs no model is found without one."""

from typing import Literal, Protocol, TypedDict

from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.task.examples import choose_examples
from irloom.agents.task.objections import Evidence, list_objections
from irloom.agents.task.replies import MOST_ANSWER
from irloom.agents.task.state import Given as Scene
from irloom.lexicon import Lexicon
from irloom.records import Instruction, Sample, Verdict
from irloom.scene.heat import Shows


class CheckTools(Protocol):
    """What the step goes by beside its state."""

    lexicon: Lexicon
    annotated: frozenset[str]

    @property
    def shows(self) -> Shows:
        """What may be said of the picture."""
        ...


class CheckSettings(Protocol):
    """What of a configuration it goes by."""

    @property
    def seed(self) -> int:
        """What drew the examples that the writer was shown."""
        ...


CheckContext = Context[Sample, CheckTools, CheckSettings]


class Given(Scene):
    """What was written, and what it is held against."""

    rules: tuple[str, ...]
    instruction: Instruction


class Checked(TypedDict, total=False):
    """Who objected: the judge is asked where no check did."""

    by: Literal["check", "judge"]
    judged: Verdict
    mined: None


async def check(state: Given, runtime: Runtime[CheckContext]) -> Checked:
    """Reject with every reason that the checks find, so that one more round can meet them all.

    The rejection is of the first one's category and teaches no filter rule: the words that it names are
    forbidden already.
    """
    context = runtime.context
    evidence = Evidence(
        captions=state["captions"],
        boxes=state["boxes"],
        heat=state["heat"],
        rules=state["rules"],
        examples=(
            *choose_examples(context.prompts, state["task"], state["sample"], context.config.seed),
            *state["reasons"],
        ),
        annotated=context.actions.annotated,
        longest=MOST_ANSWER,
        shows=context.actions.shows,
    )
    found = list_objections(state["instruction"], evidence, context.actions.lexicon)
    if not found:
        return {"by": "judge"}
    reason = " ".join(one.reason for one in found)
    return {"by": "check", "judged": found[0].model_copy(update={"reason": reason}), "mined": None}
