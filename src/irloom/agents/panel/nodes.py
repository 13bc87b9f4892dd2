"""The step of the Panel: one judge, one text."""

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here
from irloom.agents.panel.replies import JUDGEMENTS, describe_form, number_sentences, read_loosely, read_votes
from irloom.agents.panel.state import AGENT, PROMPT, PanelContext, Seat
from irloom.alignment import Ballot
from irloom.protocols import Ask
from irloom.records import Fault


async def judge(state: Seat, runtime: Runtime[PanelContext]) -> dict[str, object]:
    """Ask one judge about all sentences of a text at once."""
    context, writing, name = runtime.context, state["writing"], state["judge"]
    sentences = writing.sentences
    ask = Ask(
        here(f"{AGENT}:{name}", "judge", task=writing.task, candidate=state["number"]),
        context.prompts.render(PROMPT, sentences=number_sentences(sentences)),
        temperature=0.0,
        schema=JUDGEMENTS,
        images=(writing.image,),
    )
    votes = await ask_in_form(
        context,
        ask,
        lambda reply: read_votes(reply, name, sentences),
        describe_form(sentences),
        lambda reply: read_loosely(reply, name, sentences),
    )
    if isinstance(votes, Fault):
        return {"faults": [votes]}
    return {"ballots": [Ballot(task=writing.task, judge=name, votes=votes)]}
