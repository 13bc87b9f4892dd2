"""What is said of an infrared run: what it made, how its rows become training data, its data card."""

import hashlib
from collections.abc import Mapping
from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.flow import Card, Data, Exported, Made, Scatter
from irloom.pipelines.infrared.rows import REJECTING
from irloom.pipelines.tasks import suggest_export, tell_instructions
from irloom.prompts.requests import read_requests
from irloom.records import IMAGE_MARK, without_marks

Row = Mapping[str, Any]


def tell_made(summary: Summary) -> list[Made]:
    """Pairs and instructions."""
    pairs = summary.counts["pairs"]
    lines = tell_instructions(summary, "instructions")
    if checked := summary.counts["checked_out"]:
        lines.append(Made("checks", f"{checked:,} objections before a judge was asked"))
    if doubted := _tell_doubts(summary):
        lines.append(Made("detector", doubted))
    if rejected := _tell_stages(summary):
        lines.insert(0, Made("rejected", rejected, "rejected_pairs.jsonl"))
    return (
        [Made("pairs", f"{pairs:,} ({_tell_captions(summary)})", "pairs.jsonl"), *lines] if pairs else lines
    )


def _tell_doubts(summary: Summary) -> str:
    """What a detector kept out; empty for nothing, or without one."""
    counts = summary.counts
    told = {
        "objections to instructions": counts["verified_out"],
        "captions gave way to another candidate": counts["captions_gave_way"],
    }
    return ", ".join(f"{count:,} {what}" for what, count in told.items() if count)


def _tell_captions(summary: Summary) -> str:
    """How the captions of the pairs fared."""
    counts = summary.counts
    unasked, finished = counts["captions_unasked"], counts["captions_finished"]
    told = {
        "needed no filtering": unasked,
        "rewritten": counts["pairs"] - counts["original_won"] - finished,
        "finished by the rule engine": finished,
        "kept as they were": counts["original_won"] - unasked,
    }
    return ", ".join(f"{count:,} {what}" for what, count in told.items() if count > 0)


def _tell_stages(summary: Summary) -> str:
    """How many captions came to nothing, and where; empty for none."""
    stages = {stage: summary.counts[f"captions_rejected_{stage}"] for stage in REJECTING}
    listed = ", ".join(f"{stage} {count:,}" for stage, count in stages.items() if count)
    return f"{sum(stages.values()):,} captions ({listed})" if listed else ""


def suggest(run: str, summary: Summary, stopped: bool) -> list[str]:
    """How to export what there is."""
    if not suggest_export(run, summary, stopped) and summary.counts["pairs"] and not stopped:
        return [f"irloom export {run} --format llava --data pairs --out llava.json"]
    return suggest_export(run, summary, stopped)


def pair_messages(row: Row) -> list[dict[str, str]]:
    """An image-text pair as a request and its answer; the request is chosen by the pair's identity."""
    digest = hashlib.sha256(f"{row['sample']}/{row['caption_index']}".encode()).digest()
    requests = read_requests("caption", row.get("shows", "heat"))
    request = requests[int.from_bytes(digest[:8], "big") % len(requests)]
    return [
        {"role": "user", "content": f"{IMAGE_MARK}\n{request}"},
        {"role": "assistant", "content": without_marks(row["caption"])},
    ]


def list_photographs(row: Row) -> list[str]:
    """The visible photograph that a row was made of; none for one of an outside hand."""
    return [row["source"]] if row.get("source") else []


def score_of(row: Row) -> float | None:
    """The score of a pair's chosen caption; None where nothing was scored."""
    return _best(row, row["caption"])


def compare_scores(row: Row) -> tuple[float, float] | None:
    """The scores of a pair's original and of its chosen caption."""
    original, chosen = _best(row, row["original"]), score_of(row)
    return None if original is None or chosen is None else (original, chosen)


def _best(row: Row, text: str) -> float | None:
    scores = (one["score"] for one in row["candidates"] if one["text"] == text)
    return max((score for score in scores if score is not None), default=None)


def warn_of_images(config: Row) -> tuple[str, ...]:
    """What the infrared images are not, and what the words inherit."""
    return (*_warn_of_pictures(config), *tell_detector(config))


def tell_detector(config: Row) -> tuple[str, ...]:
    """What let text pass, where it was a detector."""
    if config.get("verify") is None:
        return ()
    picture = "photograph" if config["verify_on"] == "visible" else "infrared image"
    return (
        f"Of captions and answers only those are here of which the detector {config['verify']} gave every "
        f"sentence that it was asked about at least {config['verify_above']:g} of 100, held against the "
        f"{picture}. It was not asked about sentences that say that something cannot be told, advise, or "
        "tell what is so in general. What it mistakes is still among them.",
    )


def _warn_of_pictures(config: Row) -> tuple[str, ...]:
    inherits = "The text inherits the mistakes and the leanings of the captions and boxes that it comes from."
    if config.get("source") is not None:
        return (*_warn_of_a_set(config), inherits)
    if config["infrared"] is not None:
        return (inherits,)
    if not config["translation"]:
        return (
            "These are visible photographs, which stand in for infrared images in an ablation.",
            inherits,
        )
    return (
        "No infrared camera took these images: an image translator made them from visible photographs, and "
        "they hold no measured temperatures.",
        inherits,
    )


def _warn_of_a_set(config: Row) -> tuple[str, ...]:
    """Whose words captions are, and what is known of the pictures."""
    said = (
        f"Where an image of the set {config['source']} has no captions a model that saw its pictures wrote "
        "them, or a rule worded its boxes (`captions_from` says which): nobody checked what a model saw.",
        "Pictures are the set's own under its licence, unless `translation` of a pair names a translator; "
        "temperatures are as the camera's file gives them, with its emissivity and surroundings.",
    )
    if config["captioner_sees"] != "translated":
        return said
    return (
        *said,
        "The model was shown an invented visible picture beside infrared ones, which may mislead it.",
    )


PAIRS = Data(
    name="pairs",
    what="image-text pairs: an infrared image and a caption of it",
    export=Exported(
        messages=pair_messages,
        identify=lambda row: f"{row['sample']}-{row['caption_index']}",
        text=lambda row: str(row["caption"]),
        score=score_of,
        hub_tasks=("image-to-text",),
    ),
)
INSTRUCTIONS = Data(
    name="instructions",
    what="instructions: an image, and questions about it with their answers",
    export=Exported(),
)
SCORES = Scatter(
    data="pairs",
    title="Scores of captions",
    axes=("score of the original", "score of the chosen caption"),
    names=("original", "chosen"),
    read=compare_scores,
)
CARD = Card(
    making="All text comes from the captions and boxes of the images. An agent rewrote the captions without "
    "what an infrared camera cannot see; others wrote instructions, judged them, and learnt rules from what "
    "was rejected.",
    limits=warn_of_images,
    tags=("infrared", "thermal"),
)
