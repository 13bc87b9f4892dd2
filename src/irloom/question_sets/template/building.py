"""`irloom build template`: what it is asked, and how it goes from annotations to questions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from irloom.errors import ConfigError, SourceError
from irloom.question_sets.builder import BuildSettings, Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.template.counts_file import SOURCE
from irloom.question_sets.template.gathering import Gathering, build_forms
from irloom.question_sets.template.quality import Rating, measure_quality, read_ratings
from irloom.question_sets.template.score import say_score, score_sets
from irloom.question_sets.template.sources import Opened, open_all
from irloom.question_sets.template.tasks import Task, TaskBook, read_tasks
from irloom.question_sets.template.wording import word
from irloom.settings import DIGESTED, HOW, HOW_MUCH, WHAT_TO_READ, Option

_PUBLISHED = (
    "The paper's benchmark has 22,655 questions, of the sets in full size. Whether a set that is given is "
    "whole cannot be told, so that the numbers of questions stand beside the paper's, unchecked."
)
_OWN = ("flir", "llvip", "lsotb", "vedai", "dronevehicle", "rgbnir")
"""Sets with an option of their own."""


class TemplateSettings(BuildSettings):
    """Which sets there are, and how questions are made of them."""

    flir: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of FLIR ADAS, version 1.3 or 2."""
    llvip: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of LLVIP."""
    lsotb: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of LSOTB-TIR."""
    vedai: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of VEDAI."""
    dronevehicle: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of DroneVehicle."""
    rgbnir: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of RGB-NIR Scene."""
    sets: Annotated[
        Mapping[str, Path], DIGESTED, Option(WHAT_TO_READ, metavar="NAME=DIR", flag="set", form="pairs")
    ] = Field(default_factory=dict)
    """Folder of another set that irloom reads, for tasks of your own."""
    counts: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """CSV of pictures counted by hand: `image`, and a column for each thing, such as `people`."""
    counted: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of the pictures that --counts names."""
    tasks: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """TOML file with tasks, names and options of your own, beside those of irloom or in their place."""
    quality: Annotated[
        tuple[Path, ...], DIGESTED, Option(WHAT_TO_READ, metavar="FILE|RUN,…", form="list")
    ] = ()
    """Quality that sets are scored by: CSV (`set`, `image`, `score`), or runs of `irloom run quality`."""
    count_choices: Annotated[bool, Option(HOW)] = False
    """Give four numbers near the right one where something is counted; free numbers are as published."""
    most: Annotated[int | None, Option(HOW_MUCH, metavar="N")] = Field(default=None, ge=1)
    """At most so many pictures of a set for a task, drawn by the seed; all of them where left out."""

    @model_validator(mode="after")
    def validate_sets(self) -> Self:
        """Refuse a build of nothing, and half of what belongs together."""
        if (self.counts is None) != (self.counted is None):
            raise ValueError("--counts FILE and --counted DIR belong together: give both, or neither")
        if taken := sorted({*_OWN, SOURCE} & self.sets.keys()):
            raise ValueError(f"--set {taken[0]}=DIR: this one has an option of its own")
        if not self.folders and self.counts is None:
            raise ValueError(
                f"give the folder of one set at least: {', '.join('--' + name for name in _OWN)}"
            )
        return self

    @property
    def folders(self) -> Mapping[str, Path]:
        """The folders of the given sets by name."""
        own = {name: folder for name in _OWN if (folder := getattr(self, name)) is not None}
        return {**own, **self.sets}


def build_template(settings: TemplateSettings, ledger: Ledger) -> Iterator[Drafted]:
    """Draft the questions of all tasks, task by task, each in an order that the seed decides.

    Raises ConfigError for a set or a file that cannot be read.
    """
    book = read_tasks(settings.tasks)
    ratings = read_ratings(settings.quality)
    _refuse_unasked(settings, book)
    with ExitStack() as closes:
        opened = list(open_all(settings.folders, settings.counts, settings.counted, closes))
        gathered = {one.name: _gather(one, settings, book, ledger) for one in opened}
    _score_sets(gathered, ratings, ledger)
    roots = {one.name: one.root for one in opened}
    for task in book.tasks:
        given = [name for name in task.sets if name in gathered]
        if not given:
            ledger.say(f"{task.name} is left out: none of its sets is given ({', '.join(task.sets)}).")
        for name in given:
            yield from _draft(task, gathered[name], roots[name], settings, ledger)
    ledger.say(_PUBLISHED)


def _refuse_unasked(settings: TemplateSettings, book: TaskBook) -> None:
    """Refuse a set that no task asks about, which would pass unseen."""
    asked = {name for task in book.tasks for name in task.sets}
    if unasked := sorted(settings.sets.keys() - asked):
        raise ConfigError(
            f"no task is made of the set {unasked[0]!r}: name it among the `sets` of a task in a --tasks file"
        )


def _gather(opened: Opened, settings: TemplateSettings, book: TaskBook, ledger: Ledger) -> Gathering:
    ledger.add_source(opened.source)
    for notice in opened.notices:
        ledger.say(f"{opened.name}: {notice}")
    gathering = Gathering(opened.name, book, build_forms(settings.count_choices), settings.seed)
    gathering.take(opened.images)
    return gathering


def _score_sets(gathered: Mapping[str, Gathering], ratings: Sequence[Rating], ledger: Ledger) -> None:
    """Keep which pictures a quality is the mean of, and the scores of the sets that have one."""
    drawn = {name: gathering.sample.images for name, gathering in gathered.items()}
    ledger.keep("quality_sample", drawn)
    if not ratings:
        return
    found = measure_quality(ratings, drawn)
    for name in sorted(drawn.keys() - found.keys()):
        ledger.say(f"{name} has no dataset score: --quality does not name it.")
    for name in sorted({one.name for one in ratings} - drawn.keys()):
        ledger.say(f"--quality names {name}, which is not among the sets: it is passed over.")
    scores = score_sets(
        {name: one.mean for name, one in found.items()},
        {name: one.pictures for name, one in found.items()},
        {name: gathered[name].kinds for name in found},
    )
    ledger.keep("dataset_scores", [score.model_dump(mode="json") for score in scores])
    for score in scores:
        ledger.say(say_score(score, scores))


def _draft(
    task: Task, gathering: Gathering, root: Path, settings: TemplateSettings, ledger: Ledger
) -> Iterator[Drafted]:
    sketches = gathering.choose(task, settings.most)
    left_out = gathering.list_left_out(task)
    for reason, case in left_out:
        ledger.remark(f"{gathering.source}: no question of {task.name}: {reason}", case.first, case.count)
    if not sketches:
        why = left_out[0][0] if left_out else "it has no images"
        ledger.say(f"{task.name} of {gathering.source} is left out: {why}.")
    for sketch in sketches:
        try:
            draft = word(sketch, task, root, settings.seed)
        except SourceError:
            ledger.remark(f"{gathering.source}: pictures that cannot be read", sketch.picture.id)
        else:
            yield Drafted(draft, {draft.images[0].name: root / sketch.picture.infrared})
