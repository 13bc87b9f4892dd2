"""What is said of a run: what it made, how far its judges agree, its data card."""

from irloom.engine.summary import Summary
from irloom.metrics.agreement import Tally
from irloom.pipelines.align.export import export_alignbench
from irloom.pipelines.flow import Card, Data, Form, Made, Row

_UNKNOWN = (
    "they are unknown, and no score counts them; a new run with --judges and --reuse of this one labels them"
)
_LABELS = ("correct", "incorrect", "unknown")


def tally_votes(summary: Summary) -> Tally:
    """The votes on all sentences that every judge of the run judged."""
    counts = summary.counts
    votes = tuple(counts[f"full_{label}"] for label in _LABELS)
    return Tally(counts["full"], counts["full_agreeing"], votes)


def describe_agreement(summary: Summary) -> str:
    """Fleiss' kappa in words, or why there is none; empty where nobody judged."""
    counts, tally = summary.counts, tally_votes(summary)
    if not tally.items:
        return ""
    of = f"over {tally.items:,} of {counts['sentences']:,} sentences, which all judges judged"
    if tally.kappa is None:
        return f"Fleiss' kappa is not defined {of}"
    return f"Fleiss' kappa {tally.kappa:.3f} {of}"


def tell_share(summary: Summary) -> str:
    """How many sentences there are so far, and how many of them are wrong."""
    counts = summary.counts
    return f"{counts['sentences']:,} sentences, {counts['incorrect']:,} incorrect"


def tell_made(summary: Summary) -> list[Made]:
    """Sentences by label, how far the judges agree, and what could not be read of what they said."""
    counts = summary.counts
    if not counts["sentences"]:
        return _tell_rejected(summary)
    labels = ", ".join(f"{counts[label]:,} {label}" for label in _LABELS)
    lines = [Made("sentences", f"{counts['sentences']:,}: {labels}", "sentences.jsonl")]
    if counts["made"]:
        lines.append(Made("made", f"{counts['made']:,} by irloom, right and wrong by construction"))
    if counts["unlabelled"]:
        lines.append(Made("unlabelled", f"{counts['unlabelled']:,} that nobody judged: {_UNKNOWN}"))
    if agreement := describe_agreement(summary):
        lines.append(Made("panel", f"{agreement}; disagreed about {counts['disagreed']:,}"))
    if counts["votes_unread"] or counts["words_dropped"]:
        unread, dropped = counts["votes_unread"], counts["words_dropped"]
        text = f"{unread:,} judgements could not be read, {dropped:,} wrong words stand in no sentence"
        lines.append(Made("judges", text, "sentences.jsonl, votes"))
    return [*lines, *_tell_rejected(summary)]


def suggest(run: str, summary: Summary, stopped: bool) -> list[str]:
    """What to do with the sentences, once there are any and the run has ended.

    Where nobody judged, they are good for no score yet.
    """
    counts = summary.counts
    if stopped or not counts["sentences"]:
        return []
    export = f"irloom export {run} --format alignbench --out my-alignbench"
    if counts["unlabelled"] == counts["sentences"]:
        return [f"{export} --unjudged"]
    return [f"irloom run detect --data {run} --out my-detector", export]


def list_limits(config: Row) -> list[str]:
    """What the labels are worth, by who gave them."""
    judges = config.get("judges") or ()
    limits = []
    if judges:
        own = "" if config.get("judge_own") else " A model did not judge its own captions."
        limits.append(
            f"Labels are those of most of {len(judges)} models ({', '.join(judges)}), which saw a whole text "
            f"at once; a tie is `unknown`.{own}"
        )
    elif config.get("captioners") or config.get("painted_by"):
        limits.append("Nobody judged the captions and texts: they are labelled `unknown`.")
    if config.get("images") and not config.get("captioners"):
        limits.append(
            "Sentences of the group `made` are right or wrong as far as the annotations are: a thing that "
            "they miss is called absent, and a sentence about it wrong."
        )
    return limits


def _tell_rejected(summary: Summary) -> list[Made]:
    number = summary.categories["nothing_certain"]
    text = f"{number:,} images of which the annotations say nothing certain"
    return [Made("rejected", text, "rejected.jsonl")] if number else []


SENTENCES = Data(
    name="sentences",
    what="sentences: one sentence about a picture, whether it is right, and which words are wrong",
    instead="Labels are no answers to train on: --format alignbench writes the sentences with theirs.",
)
ALIGNBENCH = Form(
    name="alignbench",
    help="the sentences in AlignBench's form, with images and the agreement per sentence",
    write=export_alignbench,
    takes=frozenset({"licence", "unjudged"}),
)
CARD = Card(
    making="Pictures were described, or drawn from texts, by models, or sentences were made of annotations; "
    "each text was cut into sentences, and judges labelled them.",
    limits=list_limits,
    figures=describe_agreement,
    tags=("image-text-alignment", "hallucination-detection"),
)
