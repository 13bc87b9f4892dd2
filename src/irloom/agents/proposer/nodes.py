"""The steps of the Proposer (EDIR, arXiv 2601.16125: a vision model writes the edits of a category)."""

from langgraph.runtime import Runtime

from irloom.agents.context import here, list_lines
from irloom.agents.edit_steps import EditContext, list_objects
from irloom.agents.proposer.replies import FORM, MEANINGS, PROPOSAL, FamilyReader
from irloom.agents.proposer.state import ProposerState
from irloom.edits import Family
from irloom.protocols import Ask, Prompt, Unreadable, read_finally
from irloom.records import Fault


async def propose(state: ProposerState, runtime: Runtime[EditContext]) -> dict[str, object]:
    """Look at the seed and write a family of edits."""
    context = runtime.context
    place = here("proposer", "propose", task=state["subcategory"])
    ask = Ask(
        place,
        _render(state, context),
        temperature=context.config.temperature,
        schema=PROPOSAL,
        images=_seen(state, context),
    )
    read = await context.calls.ask(ask, _reader(state, context))
    if isinstance(read, Fault):
        return {"faults": [read]}
    return {"read": read[0]} if isinstance(read[0], Unreadable) else {"families": [read[0]]}


async def restate(state: ProposerState, runtime: Runtime[EditContext]) -> dict[str, object]:
    """Ask once more for a reply that was not in the form asked for."""
    context, unreadable = runtime.context, state["read"]
    assert isinstance(unreadable, Unreadable)
    prompt = context.prompts.render("repair", form=FORM, problem=unreadable.problem, reply=unreadable.text)
    place = here("proposer", "propose", task=state["subcategory"], repair=1)
    read = await context.calls.ask(Ask(place, prompt, schema=PROPOSAL), read_finally(_reader(state, context)))
    return {"faults": [read]} if isinstance(read, Fault) else {"families": [_family(read[0])]}


def _family(read: Family | Unreadable) -> Family:
    assert isinstance(read, Family), "what is unreadable after a repair is an error"
    return read


def _reader(state: ProposerState, context: EditContext) -> FamilyReader:
    objects = len(context.sample.boxes)
    return FamilyReader(state["family"], state["subcategory"], context.config.variants, objects)


def _seen(state: ProposerState, context: EditContext) -> tuple[str, ...]:
    """The seed, for a model that sees."""
    return () if context.config.chat_for("proposer").kind == "rules" else (state["image"],)


def _render(state: ProposerState, context: EditContext) -> Prompt:
    subcategory = state["subcategory"]
    fields = {
        "count": str(context.config.variants),
        "captions": list_lines(context.sample.captions),
        "objects": list_objects(context.sample.boxes),
    }
    if subcategory == "complex":
        avoid = ", ".join(state["avoid"]) or "none"
        return context.prompts.render("edit/propose_complex", **fields, avoid=avoid)
    return context.prompts.render(
        "edit/propose", **fields, subcategory=subcategory, meaning=MEANINGS[subcategory]
    )
