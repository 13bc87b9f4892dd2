"""The steps of the Captioner."""

from langgraph.runtime import Runtime

from irloom.agents.captioner.state import AGENT, PROMPT, CaptionerContext, CaptionerState
from irloom.agents.context import here
from irloom.agents.replies import read_text, unfence
from irloom.alignment import Writing
from irloom.errors import ModelReplyError
from irloom.protocols import Ask, ReplyText
from irloom.records import Fault
from irloom.sentences import list_sentences


async def describe(state: CaptionerState, runtime: Runtime[CaptionerContext]) -> dict[str, object]:
    """Ask the captioner for a detailed description."""
    context = runtime.context
    place = here(f"{AGENT}:{state['captioner']}", "caption", task=state["task"])
    ask = Ask(place, context.prompts.render(PROMPT), images=(state["image"],))
    said = await context.calls.ask(ask, read_description)
    return {"faults": [said]} if isinstance(said, Fault) else {"said": said[0]}


async def split(state: CaptionerState) -> dict[str, object]:
    """Cut the description into sentences."""
    writing = Writing(
        task=state["task"],
        group=state["captioner"],
        image=state["image"],
        sha256=state["sha256"],
        sentences=list_sentences(state["said"]),
    )
    return {"writings": [writing]}


def read_description(reply: ReplyText) -> str:
    """A description with at least one sentence in it; ModelReplyError for what is cut, refused or none."""
    text = unfence(read_text(reply))
    if not list_sentences(text):
        raise ModelReplyError(f"the description holds no sentence: {text[:200]!r}")
    return text
