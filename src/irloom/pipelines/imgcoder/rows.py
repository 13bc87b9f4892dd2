"""Builds the rows of a finished problem, each with where it came from."""

from collections.abc import Mapping, Sequence

from irloom.agents.figure_fields import open_question
from irloom.figures import Adaptation, Draft, Judgement, Plan, Problem, QuizResult
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.pipelines.imgcoder.state import FigureState
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import IMAGE_MARK, Fault, Outcome, SampleResult, without_marks

TASK = "figure"


def build_rows(
    problem: Problem, state: FigureState, config: ImgcoderConfig, provenance: SampleProvenance
) -> SampleResult:
    """Everything that the commit of this problem writes."""
    faults = find_faults(problem, state)
    objections = find_objections(state, config)
    outcome = conclude(state, faults, objections)
    rows: dict[str, tuple[Line, ...]] = {"failed": tuple(_failed(one, problem, provenance) for one in faults)}
    draft = state.get("draft")
    if draft is not None and draft.picture is not None:
        rows["figures"] = (_figure(problem, state, draft, outcome, provenance),)
        if outcome in {"accepted", "unjudged"} and problem.answer:
            rows["instructions"] = (_instruction(problem, state, draft, outcome, provenance),)
    if outcome == "rejected":
        rows["rejected"] = (_rejected(problem, state, objections, provenance),)
    return SampleResult(
        outcome=outcome,
        tasks={TASK: outcome},
        rows=rows,
        faults=tuple(faults),
        summary=_summarise(problem, state, objections),
    )


def find_faults(problem: Problem, state: FigureState) -> list[Fault]:
    """Every error of the source and of the endpoint."""
    found = [problem.fault, state.get("fault"), state.get("judgement"), state.get("adaptation")]
    return [one for one in [*found, *state.get("faults", [])] if isinstance(one, Fault)]


def find_objections(state: FigureState, config: ImgcoderConfig) -> dict[str, str]:
    """Why the figure is not accepted, by kind: what made no picture, a check, the judge."""
    draft = state.get("draft")
    if draft is None:
        last = state["drafts"][-1].failure if state.get("drafts") else None
        return {last.reason: last.log} if last is not None else {}
    found: dict[str, str] = {
        check.name: "; ".join(check.problems)
        for check in draft.checks
        if not check.passed and check.name in config.must_pass
    }
    judgement = state.get("judgement")
    if isinstance(judgement, Judgement):
        low = {name: score for name, score in judgement.scores.items() if score < config.min_score}
        if low:
            found["judge"] = "; ".join(
                f"{name} {score}: {judgement.reasons.get(name, '')}".rstrip(": ")
                for name, score in low.items()
            )
    return found


def conclude(state: FigureState, faults: Sequence[Fault], objections: Mapping[str, str]) -> Outcome:
    """Failed if any call failed; rejected where there is an objection; unjudged where nobody judged."""
    if faults:
        return "failed"
    if objections:
        return "rejected"
    return "accepted" if isinstance(state.get("judgement"), Judgement) else "unjudged"


def _summarise(problem: Problem, state: FigureState, objections: Mapping[str, str]) -> Line:
    """What the commit line carries, so that a summary reads no other file."""
    drafts = state.get("drafts", ())
    summary: Line = {
        "rounds": {TASK: len(drafts)},
        "categories": dict.fromkeys(objections, 1),
        "figures": int(state.get("draft") is not None),
        "first_try": int(bool(drafts) and drafts[0].picture is not None),
        "image_type": problem.image_type,
        "quizzes_given": len(problem.quizzes),
    }
    if problem.notes:
        summary["notes"] = dict(problem.notes)
    return summary


def _figure(
    problem: Problem, state: FigureState, draft: Draft, outcome: Outcome, provenance: SampleProvenance
) -> Line:
    picture, plan = draft.picture, state.get("plan")
    assert picture is not None
    judgement = state.get("judgement")
    results = [result for _, result in sorted(state.get("results", []), key=lambda pair: pair[0])]
    return {
        "sample": problem.id,
        "image": picture.image,
        "svg": picture.svg,
        "width": picture.width,
        "height": picture.height,
        "outcome": outcome,
        "question": problem.question,
        "image_type": problem.image_type,
        "answer": problem.answer,
        "elements": list(state.get("elements", ())),
        "plan": plan.model_dump() if isinstance(plan, Plan) else None,
        "code": draft.code,
        "round": draft.round,
        "drafts": [_describe_draft(one) for one in state.get("drafts", ())],
        "texts": [text.model_dump() for text in picture.texts],
        "checks": [check.model_dump() for check in draft.checks],
        "judgement": judgement.model_dump() if isinstance(judgement, Judgement) else None,
        "quizzes": [_describe_quiz(result) for result in results],
        "quizzes_dropped": sum(always for _, always in state.get("blind", [])),
        "open_answer": state["open_answer"].model_dump() if "open_answer" in state else None,
        "adaptation": _describe_adaptation(state),
        "drawing_ms": picture.drawing_ms,
        "more": dict(problem.more),
        **_tail(provenance),
    }


def _describe_draft(draft: Draft) -> Line:
    return {
        "round": draft.round,
        "failure": draft.failure.model_dump() if draft.failure else None,
        "faults": list(draft.faults),
    }


def _describe_quiz(result: QuizResult) -> Line:
    return {**result.quiz.model_dump(), "answered": result.answered, "correct": result.correct}


def _describe_adaptation(state: FigureState) -> Line | None:
    adaptation = state.get("adaptation")
    return adaptation.model_dump() if isinstance(adaptation, Adaptation) else None


def _instruction(
    problem: Problem, state: FigureState, draft: Draft, outcome: Outcome, provenance: SampleProvenance
) -> Line:
    """The problem as training data: what is left of its text beside the figure, and the answer."""
    assert draft.picture is not None
    question = open_question(problem, state.get("adaptation")) or problem.question
    return {
        "sample": problem.id,
        "task": TASK,
        "images": [draft.picture.image],
        "messages": [
            {"role": "user", "content": f"{IMAGE_MARK}\n{without_marks(question)}"},
            {"role": "assistant", "content": without_marks(problem.answer or "")},
        ],
        "image_type": problem.image_type,
        "verdict": "accept" if outcome == "accepted" else "none",
        **_tail(provenance),
    }


def _rejected(
    problem: Problem, state: FigureState, objections: Mapping[str, str], provenance: SampleProvenance
) -> Line:
    drafts = state.get("drafts", ())
    return {
        "sample": problem.id,
        "task": TASK,
        "question": problem.question,
        "image_type": problem.image_type,
        "reasons": [{"category": name, "reason": reason} for name, reason in objections.items()],
        "code": drafts[-1].code if drafts else None,
        "drafts": [_describe_draft(one) for one in drafts],
        **_tail(provenance),
    }


def _failed(fault: Fault, problem: Problem, provenance: SampleProvenance) -> Line:
    return {
        "sample": problem.id,
        "task": fault.task,
        "stage": fault.stage,
        "error": fault.error,
        "message": fault.message,
        "round": fault.round,
        "image_type": problem.image_type,
        "attempt": provenance.attempt,
        "irloom": provenance.run.irloom,
    }


def _tail(provenance: SampleProvenance) -> Line:
    models, prompts = list(provenance.run.models), list(provenance.run.prompts)
    return provenance.tail(models, prompts)
