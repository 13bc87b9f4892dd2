"""Holds the answers of an instruction against the picture, once nobody else objects to it."""

from langgraph.runtime import Runtime

from irloom.agents.context import here
from irloom.agents.detector.doubts import find_doubted, tell_doubts
from irloom.agents.detector.scoring import score_sentences
from irloom.agents.detector.state import AnswersState, DetectorContext
from irloom.agents.detector.statements import list_statements
from irloom.records import Fault, SentenceScore, Verdict


async def verify_answers(state: AnswersState, runtime: Runtime[DetectorContext]) -> AnswersState:
    """Reject the instruction with every doubted sentence, so that one more round can meet them all.

    It comes after the judge, who takes one request where this takes one a sentence, each with a picture. The
    rejection teaches no filter rule: what is wrong of one picture is no word that captions should be without.
    """
    context = runtime.context
    above = context.config.verify_above
    assert above is not None, "the configuration refuses a detector without a threshold"
    statements = list_statements(state["instruction"], context.config.verify_on)
    known = state.get("known", {})
    new = [one.text for one in statements if one.can_be_seen and one.text not in known]
    place = here("detector", "verify", task=state["task"], round=state["round"])
    found = await score_sentences(new, state["shown"], place, context)
    if isinstance(found, Fault):
        return {"by": "detector", "judged": found, "mined": None, "scores": ()}
    known = known | found
    scores = tuple(
        SentenceScore(sentence=one.text, score=known[one.text] if one.can_be_seen else None)
        for one in statements
    )
    heard: AnswersState = {"scores": scores, "known": known}
    if not (doubted := find_doubted(scores, above)):
        return {**heard, "by": "judge"}
    objection = Verdict(verdict="reject", category="contradiction", reason=tell_doubts(doubted, above))
    return {**heard, "by": "detector", "judged": objection, "mined": None}
