"""Builds the rows of a finished seed, each with where it came from."""

from collections import Counter

from irloom.edits import Brought, EditedImage, EditResult, Family, Objection, Try, category_of
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.cir.state import CirState
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import Fault, Outcome, Sample, SampleResult


def build_rows(
    sample: Sample, state: CirState, config: CirConfig, provenance: SampleProvenance
) -> SampleResult:
    """Everything that the commit of this seed writes."""
    results = sorted(state.get("results", []), key=lambda one: one.proposal.edit)
    empty = sorted(
        (family for family in state.get("families", []) if not family.points), key=lambda one: one.family
    )
    faults = _find_faults(sample, state, results)
    kept = [one for one in results if one.outcome in {"accepted", "unjudged"}]
    rejected = [one for one in results if one.outcome == "rejected"]
    rounds = {one.proposal.task: [_describe_try(tried) for tried in one.tries] for one in results}
    rows: dict[str, tuple[Line, ...]] = {
        "edits": tuple(_edit(one, sample, state["seed"], provenance) for one in kept),
        "rejected": (
            *(_rejected(one, state["seed"], provenance) for one in rejected),
            *(_not_offered(family, state["seed"], provenance) for family in empty),
        ),
        "failed": tuple(_failed(one, sample, rounds.get(one.task or ""), provenance) for one in faults),
    }
    return SampleResult(
        outcome=_conclude(results, faults),
        tasks={
            **{one.proposal.task: one.outcome for one in results},
            **{family.subcategory: "rejected" for family in empty},
        },
        rows={name: lines for name, lines in rows.items() if lines},
        faults=tuple(faults),
        summary=_summarise(sample, results, empty),
    )


def _find_faults(sample: Sample, state: CirState, results: list[EditResult]) -> list[Fault]:
    """Every error of the source, the endpoint and the editor."""
    own = [sample.fault] if sample.fault is not None else []
    return [*own, *state.get("faults", []), *(fault for one in results for fault in one.faults)]


def _conclude(results: list[EditResult], faults: list[Fault]) -> Outcome:
    """Failed if any call failed; else as its best edit; rejected where none is left."""
    if faults:
        return "failed"
    found: set[Outcome] = {one.outcome for one in results}
    return next((outcome for outcome in ("accepted", "unjudged") if outcome in found), "rejected")


def _summarise(sample: Sample, results: list[EditResult], empty: list[Family]) -> Line:
    """What summaries need: why edits were dropped, over all and by subcategory, and their rounds."""
    dropped = [
        *(
            (one.proposal.subcategory, objection.category)
            for one in results
            if one.outcome == "rejected" and (objection := one.tries[-1].objection) is not None
        ),
        *((family.subcategory, "not_offered") for family in empty),
    ]
    by_subcategory: dict[str, Counter[str]] = {}
    for subcategory, category in dropped:
        by_subcategory.setdefault(subcategory, Counter())[str(category)] += 1
    return {
        "edits": sum(one.outcome in {"accepted", "unjudged"} for one in results),
        "rounds": {one.proposal.task: len(one.tries) for one in results},
        "categories": dict(Counter(str(category) for _, category in dropped)),
        "dropped": {name: dict(counts) for name, counts in by_subcategory.items()},
        "notes": dict(sample.notes),
    }


def _edit(result: EditResult, sample: Sample, reference: Brought, provenance: SampleProvenance) -> Line:
    """A candidate for the data set: the target with its query, its figures and what was said of it."""
    last = result.tries[-1]
    image = last.image
    assert isinstance(image, EditedImage)
    return {
        "sample": provenance.sample,
        **_name(result),
        "outcome": result.outcome,
        "reference": reference.image,
        "reference_sha256": reference.sha256,
        "image": image.image,
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "query": result.query,
        "form": result.form,
        "instruction": " ".join(step.instruction for step in last.steps),
        "steps": [step.model_dump() for step in last.steps],
        "measured": image.measured.model_dump(),
        "verdicts": [verdict.model_dump() for verdict in last.verdicts],
        "details": dict(image.details),
        "rounds": [_describe_try(one) for one in result.tries],
        **sample.credit(),
        **_tail(provenance),
    }


def _rejected(result: EditResult, reference: Brought, provenance: SampleProvenance) -> Line:
    return {
        "sample": provenance.sample,
        **_name(result),
        "reference": reference.image,
        "rounds": [_describe_try(one) for one in result.tries],
        "given_up": result.given_up,
        **_tail(provenance),
    }


def _not_offered(family: Family, reference: Brought, provenance: SampleProvenance) -> Line:
    """A subcategory for which the seed offers nothing."""
    objection: Objection = "not_offered"
    return {
        "sample": provenance.sample,
        "task": family.subcategory,
        "family": family.family,
        "category": category_of(family.subcategory),
        "subcategory": family.subcategory,
        "reference": reference.image,
        "rounds": [{"round": 1, "category": objection, "reason": family.reason}],
        **_tail(provenance),
    }


def _name(result: EditResult) -> Line:
    proposal = result.proposal
    return {
        "task": proposal.task,
        "edit": proposal.edit,
        "family": proposal.family,
        "category": category_of(proposal.subcategory),
        "subcategory": proposal.subcategory,
        "base": proposal.base,
        "point": proposal.point,
    }


def _describe_try(one: Try) -> Line:
    """A round with its picture, which is kept also where the edit was rejected."""
    objection = one.objection
    return {
        "round": one.round,
        "category": objection.category if objection else None,
        "reason": objection.reason if objection else "",
        "instruction": " ".join(step.instruction for step in one.steps),
        "steps": [step.model_dump() for step in one.steps],
        "image": one.image.image if one.image else None,
        "measured": one.image.measured.model_dump() if one.image else None,
        "verdicts": [verdict.model_dump() for verdict in one.verdicts],
    }


def _failed(fault: Fault, sample: Sample, rounds: list[Line] | None, provenance: SampleProvenance) -> Line:
    """A fault, with the rounds of its edit that had been finished before."""
    return {
        "sample": sample.id,
        "image": sample.image,
        "task": fault.task,
        "stage": fault.stage,
        "error": fault.error,
        "message": fault.message,
        "round": fault.round,
        "rounds": rounds or [],
        "attempt": provenance.attempt,
        "irloom": provenance.run.irloom,
    }


def _tail(provenance: SampleProvenance) -> Line:
    return provenance.tail(list(provenance.run.models), list(provenance.run.prompts))
