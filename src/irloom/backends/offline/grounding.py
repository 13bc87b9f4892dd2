"""The embedded scorer: agreement of a caption with the boxes, less what infrared cannot show."""

from collections.abc import Collection, Mapping, Sequence

from irloom.errors import SampleError, ScoringError
from irloom.lexicon import Lexicon
from irloom.protocols import Scores, ScoringJob
from irloom.records import Box
from irloom.scene.layout import Layout, Thing
from irloom.scene.nouns import mentioned, stated_counts

_MOST_HITS = 5
_ENOUGH_WORDS = 40


class Grounding:
    """Scores captions by what the annotations can tell; the image itself is not read.

    `0.4 * covered + 0.2 * grounded + 0.3 * counts + 0.1 * detail - 0.2 * min(hits, 5)`, in -1..1:

    - covered: share of the annotated labels that the caption mentions
    - grounded: share of the mentioned labels that have a box here, of those that have one anywhere in the
      source; 1 where none is mentioned: what nobody annotates is unknown, and not absent
    - counts: share of the stated counts of such labels that the boxes bear out; 1 where none is stated
    - detail: number of words, up to 40, as a share of 40; so a rewrite that lost less ranks higher
    - hits: how many words the lexicon finds in it

    Without boxes the first three are 0.5: they cannot be checked. Only the order of scores matters.
    """

    name = "grounding"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """Score each job; one that cannot be scored is its own ScoringError."""
        return [self._score_job(job) for job in jobs]

    def _score_job(self, job: ScoringJob) -> Scores | SampleError:
        if not job.captions:
            return ScoringError(f"{job.image.name} came without a caption to score: give it one at least")
        counts = _count(job.boxes)
        try:
            known = job.annotated | counts.keys()
            return Scores(tuple(self._score_caption(caption, counts, known) for caption in job.captions))
        except (TypeError, AttributeError) as error:
            return ScoringError(f"a caption of {job.image.name} is no text ({error}): mend the captions file")

    def _score_caption(self, caption: str, counts: Mapping[str, int | None], known: frozenset[str]) -> float:
        hits = min(len(self._lexicon.find(caption)), _MOST_HITS)
        detail = min(len(caption.split()), _ENOUGH_WORDS) / _ENOUGH_WORDS
        if not counts:
            return round(0.45 + 0.1 * detail - 0.2 * hits, 6)
        named = mentioned(caption, counts.keys()) & known
        covered = _share(named & counts.keys(), counts)
        grounded = _share(named & counts.keys(), named)
        agreement = 0.4 * covered + 0.2 * grounded + 0.3 * _right_counts(caption, counts, known)
        return round(agreement + 0.1 * detail - 0.2 * hits, 6)


def _count(boxes: Sequence[Box]) -> Mapping[str, int | None]:
    return Layout(
        tuple(Thing(box.label, box.x1, box.y1, box.x2, box.y2, box.crowd) for box in boxes)
    ).counts()


def _share(part: Collection[str], whole: Collection[str]) -> float:
    return len(part) / len(whole) if whole else 1.0


def _right_counts(caption: str, counts: Mapping[str, int | None], known: Collection[str]) -> float:
    """Share of the stated counts of known labels that the boxes bear out; a group bears out any count."""
    verdicts = []
    for stated in stated_counts(caption, counts.keys()):
        count = counts.get(stated.label, 0 if stated.label in known else None)
        verdicts.append(count is None or stated.agrees(count))
    return sum(verdicts) / len(verdicts) if verdicts else 1.0
