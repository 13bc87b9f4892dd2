"""The steps of the Verifier: first the figures, then two questions to a model that sees both images.

EDIR's filter has two stages (arXiv 2601.16125); their criteria are not published, so these are ours.
"""

from typing import Literal

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here
from irloom.agents.edit_steps import EditContext
from irloom.agents.verifier.objections import find_objection
from irloom.agents.verifier.replies import FORM, JUDGEMENT, read_judgement
from irloom.agents.verifier.state import VerifierState
from irloom.edits import Declined, EditedImage, EditVerdict, Objection
from irloom.protocols import Ask
from irloom.records import Fault


async def check_figures(state: VerifierState, runtime: Runtime[EditContext]) -> VerifierState:
    """Hold the figures against the limits; what the editor declined has none."""
    made = state["made"]
    if isinstance(made, Declined):
        return {"verdicts": (_reject("figures", "unsupported", made.reason),)}
    assert isinstance(made, EditedImage)
    objection = find_objection(made.measured, state["proposal"].steps, runtime.context.config.limits)
    if objection is not None:
        return {"verdicts": (_reject("figures", *objection),)}
    return {"verdicts": (EditVerdict(stage="figures", passed=True),)}


async def verify_change(state: VerifierState, runtime: Runtime[EditContext]) -> VerifierState:
    """Ask whether the instruction was carried out."""
    return await _ask(state, runtime.context, "change", "not_done")


async def verify_rest(state: VerifierState, runtime: Runtime[EditContext]) -> VerifierState:
    """Ask whether all else is as it was."""
    return await _ask(state, runtime.context, "rest", "not_kept")


async def _ask(
    state: VerifierState, context: EditContext, stage: Literal["change", "rest"], category: Objection
) -> VerifierState:
    made = state["made"]
    assert isinstance(made, EditedImage)
    node = f"verify_{stage}"
    ask = Ask(
        here("verifier", "verify", task=state["proposal"].task, round=state["round"]),
        context.prompts.render(f"edit/{node}", instruction=state["proposal"].instruction),
        schema=JUDGEMENT,
        images=(state["image"], made.image),
    )
    read = await ask_in_form(context, ask, read_judgement, FORM)
    if isinstance(read, Fault):
        return {"fault": read}
    passed, reason = read
    verdict = (
        EditVerdict(stage=stage, passed=True, reason=reason) if passed else _reject(stage, category, reason)
    )
    return {"verdicts": (*state["verdicts"], verdict)}


def _reject(stage: Literal["figures", "change", "rest"], category: Objection, reason: str) -> EditVerdict:
    return EditVerdict(stage=stage, passed=False, category=category, reason=reason)
