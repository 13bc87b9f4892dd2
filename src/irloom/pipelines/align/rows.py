"""Builds the rows of a finished sample: one a sentence, in the columns of AlignBench and with more beside.

Columns are those of its first card (arXiv 2511.20515); what they do not know stands behind them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from irloom.agents.captioner.state import PROMPT as CAPTION_PROMPT
from irloom.agents.panel.majority import Verdict, decide
from irloom.agents.panel.state import PROMPT as JUDGE_PROMPT
from irloom.alignment import Ballot, Label, Vote, Writing
from irloom.metrics.agreement import agreement_ratio, count_agreeing, item_agreement
from irloom.pipelines.align.config import MADE, AlignConfig
from irloom.pipelines.align.source import Subject
from irloom.pipelines.align.state import AlignState
from irloom.pipelines.align.writer import MadeSentence
from irloom.pipelines.provenance import Line, SampleProvenance
from irloom.records import Fault, Outcome, Sample, SampleResult

_BEST_FIRST: tuple[Outcome, ...] = ("accepted", "unjudged")
LABELS: tuple[Label, ...] = ("correct", "incorrect", "unknown")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence with what is known of it."""

    writing: Writing
    index: int
    verdict: Verdict
    votes: tuple[Vote, ...]
    is_full: bool
    """Whether every judge of the run judged it."""

    @property
    def text(self) -> str:
        """The sentence."""
        return self.writing.sentences[self.index]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many votes each label got."""
        found = Counter(vote.label for vote in self.votes)
        return tuple(found[label] for label in LABELS)


def build_rows(
    subject: Subject, state: AlignState, config: AlignConfig, provenance: SampleProvenance
) -> SampleResult:
    """Everything that the commit of this sample writes.

    A text of which a judge failed has no row: its sentences are labelled once all were heard.
    """
    faults = _find_faults(subject, state)
    bad = {fault.task for fault in faults}
    writings = sorted(state.get("writings", []), key=lambda one: one.task)
    whole = [one for one in writings if one.task not in bad]
    labelled = [one for writing in whole for one in _label(writing, state, config)]
    empty = not writings and not faults
    rows: dict[str, tuple[Line, ...]] = {
        "sentences": tuple(_describe(one, subject, config, provenance) for one in labelled),
        "rejected": (_reject(subject, state, provenance),) if empty else (),
        "failed": tuple(_fail(fault, subject, provenance) for fault in faults),
    }
    tasks = _end_tasks(whole, faults, config)
    return SampleResult(
        outcome=_conclude(tasks, faults),
        tasks=tasks,
        rows={name: lines for name, lines in rows.items() if lines},
        faults=tuple(faults),
        summary=_summarise(labelled, subject, empty),
    )


def _find_faults(subject: Subject, state: AlignState) -> list[Fault]:
    own = [subject.fault] if subject.fault is not None else []
    return [*own, *sorted(state.get("faults", []), key=lambda one: (one.task or "", one.stage, one.message))]


def _label(writing: Writing, state: AlignState, config: AlignConfig) -> Iterator[Labelled]:
    """The sentences of a text: labelled by what was planted, else by the votes."""
    ballots = _sort_ballots(writing, state.get("ballots", []), config)
    planted = state.get("made", ()) if writing.group == MADE else ()
    for index, text in enumerate(writing.sentences):
        votes = tuple(ballot.votes[index] for ballot in ballots)
        verdict = _know(planted[index]) if planted else decide(text, votes)
        full = bool(votes) and len(votes) == len(config.judges)
        yield Labelled(writing, index, verdict, votes, full)


def _know(made: MadeSentence) -> Verdict:
    return Verdict(made.label, made.error_type, made.spans)


def _sort_ballots(writing: Writing, ballots: Sequence[Ballot], config: AlignConfig) -> list[Ballot]:
    """Those on a text, in the order in which the run names its judges."""
    found = {ballot.judge: ballot for ballot in ballots if ballot.task == writing.task}
    return [found[judge] for judge in config.judges if judge in found]


def _end_tasks(whole: Sequence[Writing], faults: Sequence[Fault], config: AlignConfig) -> dict[str, Outcome]:
    """How each text ended; captions that nobody judged are not called accepted."""
    ended: dict[str, Outcome] = {
        one.task: "accepted" if one.group == MADE or config.choose_judges(one.group) else "unjudged"
        for one in whole
    }
    return {**ended, **{fault.task: "failed" for fault in faults if fault.task is not None}}


def _conclude(tasks: dict[str, Outcome], faults: Sequence[Fault]) -> Outcome:
    if faults:
        return "failed"
    found: set[Outcome] = set(tasks.values())
    return next((one for one in _BEST_FIRST if one in found), "rejected")


def _describe(one: Labelled, subject: Subject, config: AlignConfig, provenance: SampleProvenance) -> Line:
    """A sentence: the published columns, then what else is known."""
    writing, verdict, votes = one.writing, one.verdict, one.votes
    judges = [vote.judge for vote in votes]
    return {
        "sample": provenance.sample,
        "task": writing.task,
        "group": writing.group,
        **_describe_published(one, subject, config, provenance),
        "spans": [list(span) for span in verdict.spans],
        "votes": [_describe_vote(vote) for vote in votes],
        "judges": judges,
        "made": writing.group == MADE,
        "image": writing.image,
        "sha256": writing.sha256,
        "domain": "",
        **(subject.credit() if isinstance(subject, Sample) else {}),
        **_tail(writing, judges, provenance),
    }


def _describe_published(
    one: Labelled, subject: Subject, config: AlignConfig, provenance: SampleProvenance
) -> Line:
    writing, verdict, counts = one.writing, one.verdict, one.counts
    is_image = isinstance(subject, Sample)
    folder = config.images.name if is_image and config.images is not None else writing.group
    path = PurePosixPath(subject.image if isinstance(subject, Sample) else writing.image)
    spans = verdict.spans
    return {
        "model": _name_model(writing, provenance),
        "image_source": folder,
        "image_name": path.name,
        "image_type": "real" if is_image else "generated",
        "sentence_index": one.index,
        "caption": one.text,
        "annotation": verdict.label,
        "error_type": verdict.error_type,
        "error_words": [one.text[start:end] for start, end in spans],
        "agreement_ratio": agreement_ratio(counts),
        "fleiss_Pi": item_agreement(counts),
        **{f"n_{label}": count for label, count in zip(LABELS, counts, strict=True)},
        "image_url": subject.source_url if isinstance(subject, Sample) else None,
        "image_path_in_repo": writing.image,
    }


def _name_model(writing: Writing, provenance: SampleProvenance) -> str:
    """The model that wrote or drew, as the endpoint or the weights are called; `irloom` for what is made."""
    names = provenance.run.models
    seats = (f"captioner:{writing.group}", f"painter:{writing.group}")
    return next((names[seat] for seat in seats if seat in names), "irloom")


def _describe_vote(vote: Vote) -> Line:
    found: Line = {"judge": vote.judge, "label": vote.label, "error_type": vote.error_type}
    found["words"] = list(vote.words)
    noted = {"dropped": vote.dropped, "unread": vote.unread}
    return found | {name: value for name, value in noted.items() if value}


def _tail(writing: Writing, judges: Sequence[str], provenance: SampleProvenance) -> Line:
    seats = [f"captioner:{writing.group}", f"painter:{writing.group}"]
    seats = [seat for seat in seats if seat in provenance.run.models]
    prompts = [CAPTION_PROMPT] if any(seat.startswith("captioner:") for seat in seats) else []
    prompts += [JUDGE_PROMPT] if judges else []
    return provenance.tail([*seats, *(f"judge:{name}" for name in judges)], prompts, writing.task)


def _reject(subject: Subject, state: AlignState, provenance: SampleProvenance) -> Line:
    """An image of which the annotations determine nothing."""
    return {
        "sample": provenance.sample,
        "task": MADE,
        "image": state.get("image"),
        "reason": "its boxes bear out nothing with a margin, or only what its words would give away",
        **provenance.tail([], []),
    }


def _fail(fault: Fault, subject: Subject, provenance: SampleProvenance) -> Line:
    return {
        "sample": provenance.sample,
        "image": subject.image if isinstance(subject, Sample) else None,
        **fault.model_dump(include={"task", "stage", "error", "message"}),
        "attempt": provenance.attempt,
        "irloom": provenance.run.irloom,
    }


def _summarise(labelled: Sequence[Labelled], subject: Subject, empty: bool) -> Line:
    """What the commit line carries: counts to add up, and what samples are found by."""
    full = [one.counts for one in labelled if one.is_full]
    sums = [sum(column) for column in zip(*full, strict=True)] or [0] * len(LABELS)
    labels = Counter(one.verdict.label for one in labelled)
    votes = [vote for one in labelled for vote in one.votes]
    return {
        "sentences": len(labelled),
        **{label: labels[label] for label in LABELS},
        "made": sum(one.writing.group == MADE for one in labelled),
        "unlabelled": sum(not one.votes and one.writing.group != MADE for one in labelled),
        "disagreed": sum(_disagrees(one) for one in labelled),
        "words_dropped": sum(vote.dropped for vote in votes),
        "votes_unread": sum(vote.unread for vote in votes),
        "full": len(full),
        "full_agreeing": sum(map(count_agreeing, full)),
        **{f"full_{label}": count for label, count in zip(LABELS, sums, strict=True)},
        "categories": {"nothing_certain": 1} if empty else {},
        "notes": dict(subject.notes) if isinstance(subject, Sample) else {},
        "annotations": dict(labels),
        "error_types": dict(Counter(one.verdict.error_type for one in labelled if one.verdict.error_type)),
        "panel": _tell_panel(labelled),
        "groups": sorted({one.writing.group for one in labelled}),
    }


def _disagrees(one: Labelled) -> bool:
    return len({vote.label for vote in one.votes}) > 1


def _tell_panel(labelled: Sequence[Labelled]) -> list[str]:
    """Whether the judges are of one mind about all that they judged, and with what was planted."""
    if not any(one.votes for one in labelled):
        return []
    said = ["disagrees"] if any(map(_disagrees, labelled)) else ["agrees"]
    planted = [one for one in labelled if one.writing.group == MADE]
    missed = any(decide(one.text, one.votes).label != one.verdict.label for one in planted if one.votes)
    return [*said, *(["misjudges what was made"] if missed else [])]
