"""Builds a question set into a folder: whole or not at all, and the same bytes each time."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson

import irloom
from irloom.engine.directory import refuse_run_files
from irloom.errors import ConfigError, SourceError
from irloom.export.files import write_json_lines, write_text
from irloom.export.folders import replacing_folder
from irloom.question_sets.about import CARD, IMAGES, MARK, QUESTIONS, SetAbout, TaskAbout
from irloom.question_sets.builder import Builder, BuildSettings, Drafted, Picture
from irloom.question_sets.card import write_card
from irloom.question_sets.guesses import guess_each, sum_up
from irloom.question_sets.leaks import find_leak
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.parts import tell_uneven
from irloom.question_sets.pictures import bring, check_name
from irloom.question_sets.reader import digest_part
from irloom.question_sets.record import PARTS, AnswerKind, Draft, Question
from irloom.question_sets.settling import Settled, settle
from irloom.settings import list_decisive

C = TypeVar("C", bound=BuildSettings)

OWN = frozenset({MARK, QUESTIONS, IMAGES, CARD})
"""What a set consists of."""


def write_set(out: Path, builder: Builder[C], settings: C) -> SetAbout:
    """Draft, settle, measure and write; an older set at `out` is replaced once the new one is whole.

    ConfigError where no question comes out; UserError for a folder of somebody else's, what cannot be
    written, and a picture that cannot be compared with the others.
    """
    refuse_run_files(out)
    with replacing_folder(out, OWN, MARK, made_by="irloom build") as folder:
        ledger = Ledger()
        drafts = _collect(builder.build(settings, ledger), folder / IMAGES, ledger)
        if not drafts:
            raise ConfigError("\n  ".join(["no question could be made.", *ledger.said, *_tell(ledger)]))
        settled = settle(drafts, folder / IMAGES, settings)
        for sentence in () if settings.test_only else tell_uneven(settled.questions):
            ledger.say(sentence)
        sums = _keep_used(folder / IMAGES, settled.questions)
        write_json_lines(folder / QUESTIONS, (one.model_dump(mode="json") for one in settled.questions))
        about = _describe(builder, settings, ledger, settled, sums, folder / QUESTIONS)
        write_text(folder / CARD, write_card(about, builder))
        (folder / MARK).write_bytes(
            orjson.dumps(
                about.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
            )
        )
    return about


def _tell(ledger: Ledger) -> list[str]:
    return [f"{one.count:,} × {one.what} (first: {one.first})" for one in ledger.remarks]


def _collect(drafted: Iterable[Drafted], images: Path, ledger: Ledger) -> list[Draft]:
    """The drafts whose pictures could be brought, each id once; pictures are written as they come."""
    images.mkdir()
    drafts: dict[str, Draft] = {}
    brought, kinds = _Brought(), dict[str, AnswerKind]()
    for one in drafted:
        _refuse_another_kind(one.draft, kinds)
        if one.draft.id in drafts:
            ledger.remark("questions under an id that another has already", one.draft.id)
        elif _bring_all(one, images, brought, ledger):
            drafts[one.draft.id] = one.draft
    return list(drafts.values())


def _refuse_another_kind(draft: Draft, kinds: dict[str, AnswerKind]) -> None:
    """Raise ValueError where a builder drafts one task in two kinds: their scores do not add up."""
    kind = kinds.setdefault(draft.task, draft.kind)
    if kind != draft.kind:
        raise ValueError(
            f"{draft.id!r} is of the kind {draft.kind!r}, and the task {draft.task!r} of {kind!r} before: "
            "make them two tasks"
        )


@dataclass(slots=True)
class _Brought:
    """The names of pictures that were met; not what draws them, which holds pixels."""

    paths: dict[str, Path | None] = field(default_factory=dict)
    """With the file that each is; None for one that is drawn."""
    broken: set[str] = field(default_factory=set)


def _bring_all(drafted: Drafted, images: Path, brought: _Brought, ledger: Ledger) -> bool:
    """Write the pictures of a draft that are not there yet; False, and counted, where one is broken."""
    for shot in drafted.draft.images:
        picture = drafted.pictures[shot.name]
        path = picture if isinstance(picture, Path) else None
        if shot.name in brought.paths:
            _refuse_another(shot.name, brought.paths[shot.name], path)
            if shot.name in brought.broken:
                return False
            continue
        brought.paths[shot.name] = path
        try:
            _write(images, shot.name, picture)
        except SourceError as error:
            brought.broken.add(shot.name)
            ledger.remark(f"images that cannot be read: {_blame(error)}", shot.name)
            return False
    return True


def _refuse_another(name: str, before: Path | None, path: Path | None) -> None:
    """Raise ValueError where a builder gives two files one name: questions would show the wrong picture."""
    if before is not None and path is not None and before != path:
        raise ValueError(f"{name!r} is the name of two pictures, {before} and {path}: call them otherwise")


def _blame(error: SourceError) -> str:
    """What is wrong, without the place where the file lies."""
    return type(error.__cause__).__name__ if error.__cause__ is not None else "left out"


def _write(images: Path, name: str, picture: Picture) -> None:
    content = bring(picture)
    check_name(name, content)
    (images / name).parent.mkdir(parents=True, exist_ok=True)
    (images / name).write_bytes(content)


def _keep_used(images: Path, questions: Sequence[Question]) -> dict[str, str]:
    """The sums of the images that questions show; those of dropped questions go."""
    used = {shot.name for question in questions for shot in question.images}
    for path in sorted(images.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(images).as_posix() not in used:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return {name: hashlib.sha256((images / name).read_bytes()).hexdigest() for name in sorted(used)}


def _describe(
    builder: Builder[C],
    settings: C,
    ledger: Ledger,
    settled: Settled,
    sums: Mapping[str, str],
    questions: Path,
) -> SetAbout:
    return SetAbout(
        irloom=irloom.__version__,
        builder=builder.name,
        flow=builder.flow or builder.name,
        options=_list_options(settings),
        sources=tuple(ledger.sources),
        tasks=_measure_tasks(settled.questions, builder.published, settings.seed),
        dropped=dict(sorted(settled.dropped.items())),
        remarks=ledger.remarks,
        said=tuple(ledger.said),
        figures=ledger.figures,
        parts=_digest_parts(settled.questions, sums),
        questions=hashlib.sha256(questions.read_bytes()).hexdigest(),
        images=sums,
    )


def _list_options(settings: BuildSettings) -> dict[str, Any]:
    """What decided the questions, without the places of files."""
    return dict(list_decisive(settings))


def _digest_parts(questions: Sequence[Question], sums: Mapping[str, str]) -> dict[str, str]:
    return {
        part: digest_part((one for one in questions if one.part == part), sums)
        for part in PARTS
        if any(one.part == part for one in questions)
    }


def _measure_tasks(
    questions: Sequence[Question], published: Mapping[str, int], seed: int
) -> dict[str, TaskAbout]:
    """Counts, guesses and leaks, the published tasks first, those that the set has nothing of included."""
    counts = Counter(question.task for question in questions)
    names = [*published, *sorted(counts.keys() - published.keys())]
    return {name: _measure(name, questions, published.get(name), seed) for name in names}


def _measure(task: str, questions: Sequence[Question], published: int | None, seed: int) -> TaskAbout:
    train = [one for one in questions if one.task == task and one.part == "train"]
    test = [one for one in questions if one.task == task and one.part == "test"]
    guessed = guess_each(train, test)
    return TaskAbout(
        train=len(train),
        test=len(test),
        published=published,
        guesses={name: sum_up(some) for name, some in guessed.items()},
        leak=find_leak(train, test, guessed, seed),
    )
