"""The rows of an evaluated question: what was asked, what was answered, how it was read."""

from collections.abc import Mapping, Sequence
from typing import Any

from irloom.engine.journal import Turn
from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.plan import digest_plan
from irloom.pipelines.evaluate.records import Answer, Item, Posed
from irloom.pipelines.evaluate.state import EvaluationState
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.protocols import Usage
from irloom.records import Fault, Outcome, SampleResult


def build_rows(
    benchmark: Benchmark[Any],
    item: Item,
    state: EvaluationState,
    config: EvaluationConfig,
    provenance: SampleProvenance,
) -> SampleResult:
    """Everything that the commit of this question writes."""
    answers, faults = state.get("answers", ()), list_faults(item, state)
    reading = benchmark.reading(config)
    rows: dict[str, tuple[Line, ...]] = {
        "questions": tuple(
            _describe_question(item, language, state, provenance) for language in item.wordings
        ),
        "answers": tuple(_describe_answer(item, one, reading, provenance) for one in answers),
        "failed": tuple(_describe_fault(item, posed, fault, provenance) for posed, fault in faults),
    }
    return SampleResult(
        outcome="failed" if faults else "accepted",
        tasks=_end_tasks(answers, faults, state.get("posed", ())),
        rows=rows,
        faults=tuple(fault for _, fault in faults),
        summary={
            **_count(item, answers, reading, is_judged=benchmark.rules[reading].is_right is not None),
            **{name: sum(map(count, answers)) for name, count in benchmark.tally.items()},
            **({"plan": digest_plan(benchmark, item, config)} if item.fault is None else {}),
        },
    )


def list_faults(item: Item, state: EvaluationState) -> list[tuple[Posed | None, Fault]]:
    """What went wrong: with the question as a whole, else with each ask."""
    whole = item.fault or state.get("fault")
    return [(None, whole)] if whole is not None else list(state.get("faults", ()))


def _end_tasks(
    answers: Sequence[Answer], faults: Sequence[tuple[Posed | None, Fault]], asked: Sequence[Posed]
) -> dict[str, Outcome]:
    """How each variant ended: failed if one of its asks did."""
    bad = {posed.variant for posed, _ in faults if posed is not None}
    whole = any(posed is None for posed, _ in faults)
    variants = dict.fromkeys(one.variant for one in asked)
    return {name: "failed" if whole or name in bad else "accepted" for name in variants}


def _count(item: Item, answers: Sequence[Answer], reading: str, *, is_judged: bool) -> Line:
    """What the commit line carries, so that a summary reads no other file."""
    right = sum(bool(one.readings[reading].correct) for one in answers)
    return {
        "dimension": item.dimension,
        "asked": len(answers),
        **({"right": right} if is_judged else {}),
        "unread": sum(one.readings[reading].read is None for one in answers),
        "empty": sum(not one.heard.text.strip() for one in answers),
        "cut": sum(one.heard.is_cut for one in answers),
        "rounds": {},
    }


def _describe_question(
    item: Item, language: str, state: EvaluationState, provenance: SampleProvenance
) -> Line:
    wording, pictures = item.wordings[language], state.get("pictures", {})
    names = [shot.name for shot in item.images]
    return {
        "sample": item.id,
        "question": wording.question,
        "images": [path for paths in pictures.values() for path in paths],
        "options": dict(wording.options),
        "answer": item.answer,
        "dimension": item.dimension,
        "language": language,
        "group": item.group,
        "source": names[0] if names else "",
        "sources": names,
        **_tell_altered(item),
        "visible": next(iter(pictures.get("visible", ())), None),
        **item.about,
        **provenance.tail(("editor",) if "visible" in pictures else (), ()),
    }


def _tell_altered(item: Item) -> Line:
    """What is shown of each image, where that is not simply all of it."""
    if not any(shot.is_altered for shot in item.images):
        return {}
    return {"shots": [shot.model_dump() for shot in item.images]}


def _describe_answer(item: Item, answer: Answer, reading: str, provenance: SampleProvenance) -> Line:
    posed, heard, shown = answer.posed, answer.heard, answer.readings[reading]
    seats = ["answerer", *(["checker"] if _was_checked(provenance.turns, posed) else [])]
    return {
        "sample": item.id,
        "ask": posed.name,
        "variant": posed.variant,
        "language": posed.language,
        "rotation": posed.rotation,
        "dimension": item.dimension,
        "right": posed.right,
        "reply": heard.text,
        "read": shown.read,
        "read_by": shown.read_by,
        "correct": shown.correct,
        "readings": {name: one.model_dump() for name, one in answer.readings.items()},
        "cut": heard.is_cut,
        "usage": _add_usage(provenance.turns, posed),
        **provenance.tail(seats, [posed.prompt, *([posed.check] if "checker" in seats else [])], posed.name),
    }


def _was_checked(turns: Sequence[Turn], posed: Posed) -> bool:
    return any(turn["agent"] == "checker" and turn["task"] == posed.name for turn in turns)


def _add_usage(turns: Sequence[Turn], posed: Posed) -> Mapping[str, Any]:
    """What an ask cost, its check included."""
    used = (turn["usage"] for turn in turns if turn["task"] == posed.name and turn.get("usage"))
    return sum((Usage.model_validate(one) for one in used), Usage()).model_dump()


def _describe_fault(item: Item, posed: Posed | None, fault: Fault, provenance: SampleProvenance) -> Line:
    return {
        "sample": item.id,
        "task": posed.name if posed is not None else None,
        "stage": fault.stage,
        "error": fault.error,
        "message": fault.message,
        "variant": posed.variant if posed is not None else None,
        "language": posed.language if posed is not None else None,
        "rotation": posed.rotation if posed is not None else None,
        "dimension": item.dimension,
        "attempt": provenance.attempt,
        "irloom": provenance.run.irloom,
    }
