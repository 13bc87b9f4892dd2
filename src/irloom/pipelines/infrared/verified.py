"""The column in which rows say what a detector found."""

from collections.abc import Sequence

from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.provenance import Line, Provenance
from irloom.records import Captioned, Doubted, RejectedCaption, SentenceScore, TaskResult


def of_caption(one: Captioned, config: InfraredConfig, run: Provenance) -> Line:
    """The scores of a kept caption, and the candidates that gave way to it; no column without a detector."""
    return _column(config, run, one.scores, one.gave_way)


def of_rejected_caption(one: RejectedCaption, config: InfraredConfig, run: Provenance) -> Line:
    """The scores of what would have won, and of all that was tried; None where it was rejected before."""
    if config.verify is None or not one.gave_way:
        return _column(config, run, (), ())
    return _column(config, run, one.gave_way[0].scores, one.gave_way)


def of_task(result: TaskResult, config: InfraredConfig, run: Provenance) -> Line:
    """The scores of the last round; None where the detector was not asked about it."""
    return _column(config, run, result.rounds[-1].scores if result.rounds else ())


def of_round(scores: Sequence[SentenceScore], config: InfraredConfig) -> Line:
    """The scores of one round."""
    return {} if config.verify is None else {"scores": _list_scores(scores)}


def _column(
    config: InfraredConfig,
    run: Provenance,
    scores: Sequence[SentenceScore],
    gave_way: Sequence[Doubted] | None = None,
) -> Line:
    if config.verify is None:
        return {}
    if not scores:
        return {"verified": None}
    found: Line = {
        "model": run.models["detector"],
        "on": config.verify_on,
        "above": config.verify_above,
        "scores": _list_scores(scores),
    }
    if gave_way is not None:
        found["gave_way"] = [{"text": one.text, "scores": _list_scores(one.scores)} for one in gave_way]
    return {"verified": found}


def _list_scores(scores: Sequence[SentenceScore]) -> list[Line]:
    return [one.model_dump() for one in scores]
