"""The steps of the Editor: carry an edit out, and word it anew where it was rejected."""

import json

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here, list_lines
from irloom.agents.edit_steps import EditContext, dump_step, list_objects
from irloom.agents.editor.replies import FORM, REVISION, read_revision
from irloom.agents.editor.state import EditorState
from irloom.edits import Proposal, Try
from irloom.protocols import Ask, ReplyText, Unreadable
from irloom.records import Fault


async def edit(state: EditorState, runtime: Runtime[EditContext]) -> EditorState:
    """Have the image editor make what the steps say."""
    made = await runtime.context.actions.edit(
        state["proposal"].task, state["round"], state["image"], state["proposal"].steps
    )
    return {"fault": made, "made": made} if isinstance(made, Fault) else {"made": made}


async def revise(state: EditorState, runtime: Runtime[EditContext]) -> EditorState:
    """Word the edit anew, from the reasons of its rejections, and begin the next round.

    Where that cannot be read the edit stays as it was judged: rejected, with its rounds.
    """
    context, proposal, number = runtime.context, state["proposal"], state["round"] + 1
    prompt = context.prompts.render(
        "edit/revise",
        subcategory=proposal.subcategory,
        steps=json.dumps([dump_step(step) for step in proposal.steps], ensure_ascii=False),
        taken=list_lines(state["taken"]),
        reasons=list_lines([_describe(one) for one in state["tries"]]),
        captions=list_lines(context.sample.captions),
        objects=list_objects(context.sample.boxes),
    )
    sees = context.config.chat_for("editor").kind != "rules"
    ask = Ask(
        here("editor", "revise", task=proposal.task, round=number),
        prompt,
        temperature=context.config.temperature,
        schema=REVISION,
        images=(state["image"],) if sees else (),
    )

    def read_reply(reply: ReplyText) -> Proposal | Unreadable:
        return read_revision(reply, proposal, len(context.sample.boxes))

    read = await ask_in_form(context, ask, read_reply, FORM, finish=read_reply)
    if isinstance(read, Fault):
        return {"fault": read}
    if isinstance(read, Unreadable):
        return {"given_up": read.problem}
    return {"round": number, "proposal": read}


def _describe(tried: Try) -> str:
    words = " ".join(step.instruction for step in tried.steps)
    objection = tried.objection
    return f"{words!r}: {objection.reason if objection else 'rejected'}"
