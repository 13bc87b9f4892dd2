"""Builds the rows of a finished sample, each with where it came from."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from irloom.pipelines.infrared import verified
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.origin import Origin
from irloom.pipelines.infrared.state import InfraredState
from irloom.pipelines.infrared.warmth import name_scale
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import (
    IMAGE_MARK,
    TASKS,
    Captioned,
    Fault,
    Infrared,
    Instruction,
    Outcome,
    RejectedCaption,
    Sample,
    SampleResult,
    TaskResult,
    count_marks,
    without_marks,
)

REJECTING: tuple[Literal["consensus", "filter", "select", "verify"], ...] = (
    *("consensus", "filter", "select", "verify"),
)
"""Where captions are rejected, in the order of the flow."""


def build_rows(
    sample: Sample, state: InfraredState, config: InfraredConfig, provenance: SampleProvenance
) -> SampleResult:
    """Everything that the commit of this sample writes."""
    of = Origin.of(sample, config)
    provenance = of.tell_prompts(provenance)
    infrared, captioned = state.get("infrared"), state.get("captioned", [])
    dropped = sorted(state.get("rejected", []), key=lambda one: one.caption)
    results = sorted(state.get("results", []), key=lambda result: TASKS.index(result.task))
    mined = sorted(state.get("mined_rules", []), key=lambda rule: (TASKS.index(rule.task), rule.round))
    every_fault = [
        *([sample.fault] if sample.fault else []),
        *sorted(state.get("faults", []), key=_fault_order),
        *(fault for result in results for fault in result.faults),
    ]
    rounds: dict[str | None, list[Line]] = {result.task: _list_rounds(result, config) for result in results}
    rows = {
        "pairs": tuple(_pair(sample, infrared, one, config, provenance) | of.row for one in captioned)
        if infrared
        else (),
        "instructions": tuple(
            _instruction(sample, infrared, result, config, provenance) | of.row
            for result in results
            if infrared and result.outcome in {"accepted", "unjudged"}
        ),
        "rejected_pairs": tuple(_rejected_pair(sample, one, config, provenance) | of.row for one in dropped),
        "rejected": tuple(
            _rejected(sample, result, config, provenance) | of.row
            for result in results
            if result.outcome == "rejected"
        ),
        "failed": tuple(
            _failed(sample, fault, rounds.get(fault.task, []), provenance) | of.set_row
            for fault in every_fault
        ),
    }
    return SampleResult(
        outcome="rejected"
        if dropped and not captioned and not every_fault
        else conclude(results, every_fault),
        tasks={result.task: result.outcome for result in results},
        rows=rows,
        mined=tuple(mined),
        faults=tuple(every_fault),
        summary=_summarise(sample, infrared, captioned, results)
        | _count_captions(captioned, dropped, config),
    )


def conclude(results: Sequence[TaskResult], faults: Sequence[Fault]) -> Outcome:
    """Failed if any stage failed; else accepted if any task was, or if only pairs were asked for."""
    outcomes = {result.outcome for result in results}
    if faults or "failed" in outcomes:
        return "failed"
    if "accepted" in outcomes or not outcomes:
        return "accepted"
    return "unjudged" if "unjudged" in outcomes else "rejected"


def _summarise(
    sample: Sample,
    infrared: Infrared | None,
    captioned: Sequence[Captioned],
    results: Sequence[TaskResult],
) -> Line:
    """What the commit line carries, so that a summary reads no other file."""
    rejections = [one for result in results for one in result.rounds if one.verdict == "reject"]
    summary: Line = {
        "rounds": {result.task: len(result.rounds) for result in results},
        "categories": dict(sorted(Counter(one.category or "other" for one in rejections).items())),
        "checked_out": sum(one.by == "check" for one in rejections),
        "pairs": len(captioned),
        "original_won": sum(one.chosen.origin == "original" for one in captioned),
    }
    if verified_out := sum(one.by == "detector" for one in rejections):
        summary["verified_out"] = verified_out
    stretched = int(infrared is not None and "stretch" in infrared.details)
    own = {"infrared_stretched": stretched, "answer_token": _count_marks(captioned, results)}
    if notes := +Counter({**sample.notes, **own}):
        summary["notes"] = dict(notes)
    return summary


def _count_captions(
    captioned: Sequence[Captioned], dropped: Sequence[RejectedCaption], config: InfraredConfig
) -> Line:
    """How captions fared: not asked about, finished by the rule engine, rejected at each stage."""
    stages = Counter(one.stage for one in dropped)
    counts = {
        "captions_unasked": sum(not one.asked for one in captioned) if config.filtering else 0,
        "captions_finished": sum(one.chosen.origin == "embedded" for one in captioned),
        "captions_gave_way": sum(bool(one.gave_way) for one in captioned),
        **{f"captions_rejected_{stage}": stages[stage] for stage in REJECTING},
    }
    return {name: count for name, count in counts.items() if count}


def _pair(
    sample: Sample,
    infrared: Infrared,
    one: Captioned,
    config: InfraredConfig,
    provenance: SampleProvenance,
) -> Line:
    return {
        "sample": sample.id,
        "image": infrared.image,
        "source": sample.image,
        "caption": without_marks(one.text),
        "original": one.original,
        "chosen": one.chosen.origin,
        "breaks": list(one.chosen.breaks),
        "caption_index": one.caption,
        "candidates": [candidate.model_dump() for candidate in one.candidates],
        "objects": _objects(sample, infrared),
        "heat": list(infrared.heat),
        "heat_from": name_scale(infrared),
        "width": infrared.width,
        "height": infrared.height,
        "translation": {"made_by": infrared.made_by, **infrared.details},
        **verified.of_caption(one, config, provenance.run),
        **sample.credit(),
        **provenance.tail(
            ["captioner", "translator", "scorer", "caption", "detector"],
            ["captioner", "caption", "scorer", "detector"],
        ),
    }


def _rejected_pair(
    sample: Sample, one: RejectedCaption, config: InfraredConfig, provenance: SampleProvenance
) -> Line:
    return {
        "sample": sample.id,
        "caption": one.caption,
        "original": one.original,
        "candidates": [candidate.model_dump() for candidate in one.candidates],
        "stage": one.stage,
        "reason": one.reason,
        "source": sample.image,
        **verified.of_rejected_caption(one, config, provenance.run),
        **sample.credit(),
        **provenance.tail(["captioner", "caption", "detector"], ["captioner", "caption", "detector"]),
    }


def _objects(sample: Sample, infrared: Infrared) -> list[Line]:
    """Objects with their temperatures where these were measured or painted, else as annotated."""
    if infrared.measured:
        return [thing.model_dump() for thing in infrared.measured]
    if infrared.objects:
        return [thing.model_dump() for thing in infrared.objects]
    return [
        {"label": box.label, "box": [box.x1, box.y1, box.x2, box.y2], "crowd": box.crowd}
        for box in sample.boxes
    ]


def _instruction(
    sample: Sample,
    infrared: Infrared,
    result: TaskResult,
    config: InfraredConfig,
    provenance: SampleProvenance,
) -> Line:
    last = result.rounds[-1]
    return {
        "sample": sample.id,
        "task": result.task,
        "images": [infrared.image],
        "heat_from": name_scale(infrared),
        "source": sample.image,
        "messages": to_messages(last.instruction),
        "rounds": _list_rounds(result, config),
        "verdict": last.verdict,
        **verified.of_task(result, config, provenance.run),
        **sample.credit(),
        **_task_tail(result, provenance),
    }


def _rejected(
    sample: Sample, result: TaskResult, config: InfraredConfig, provenance: SampleProvenance
) -> Line:
    return {
        "sample": sample.id,
        "task": result.task,
        "source": sample.image,
        "messages": to_messages(result.rounds[-1].instruction),
        "rounds": _list_rounds(result, config),
        **verified.of_task(result, config, provenance.run),
        **sample.credit(),
        **_task_tail(result, provenance),
    }


def _failed(sample: Sample, fault: Fault, rounds: list[Line], provenance: SampleProvenance) -> Line:
    """A fault, with the rounds of its task as far as they went."""
    return {
        "sample": sample.id,
        "task": fault.task,
        "stage": fault.stage,
        "error": fault.error,
        "message": fault.message,
        "caption": fault.caption,
        "round": fault.round,
        "source": sample.image,
        "rounds": rounds,
        "rules": provenance.rules,
        "attempt": provenance.attempt,
        "irloom": provenance.run.irloom,
    }


def to_messages(instruction: Instruction) -> list[Line]:
    """An instruction as chat messages, with the image's mark at the head of the first question."""
    messages: list[Line] = []
    for position, turn in enumerate(instruction.turns):
        mark = f"{IMAGE_MARK}\n" if position == 0 else ""
        messages.append({"role": "user", "content": mark + without_marks(turn.question)})
        messages.append({"role": "assistant", "content": without_marks(turn.answer)})
    return messages


def _count_marks(captioned: Sequence[Captioned], results: Sequence[TaskResult]) -> int:
    """How many special tokens models wrote into what is kept, where they are taken out."""
    instructions = [result.rounds[-1].instruction for result in results if result.rounds]
    texts = [text for one in instructions for turn in one.turns for text in (turn.question, turn.answer)]
    return sum(map(count_marks, [*texts, *(one.text for one in captioned)]))


def _list_rounds(result: TaskResult, config: InfraredConfig) -> list[Line]:
    """Every round with its instruction, one that was written and not judged included."""
    return [
        {
            "round": one.round,
            "verdict": one.verdict,
            "by": one.by,
            "category": one.category,
            "reason": one.reason,
            "rule": one.rule,
            "instruction": one.instruction.as_text(),
            **verified.of_round(one.scores, config),
        }
        for one in (*result.rounds, *((result.undecided,) if result.undecided else ()))
    ]


def _task_tail(result: TaskResult, provenance: SampleProvenance) -> Line:
    names = ["debate", "detector"]
    return provenance.tail(["task", *names], [result.task, *names], result.task)


def _fault_order(fault: Fault) -> tuple[str, int]:
    return fault.stage, -1 if fault.caption is None else fault.caption
