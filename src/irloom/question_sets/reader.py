"""Reads a question set, and refuses one that is not as it was built."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import orjson
from pydantic import ValidationError

from irloom.engine.images import hash_file
from irloom.engine.odd_files import is_plain
from irloom.errors import ConfigError
from irloom.inside import is_inside
from irloom.question_sets.about import FORMAT, IMAGES, MARK, QUESTIONS, SetAbout
from irloom.question_sets.record import PARTS, AnswerKind, Part, Question

_NOTHING = hashlib.sha256().hexdigest()
"""The digest of a part without questions, which a set does not name."""
_SHOWN = 3
"""Names that a message tells."""


def is_set(path: Path) -> bool:
    """Whether a folder looks like a question set."""
    return (path / MARK).is_file() and (path / QUESTIONS).is_file()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set that was read; its questions and images are as they were built."""

    root: Path
    about: SetAbout

    @property
    def images(self) -> Path:
        """The folder of its pictures."""
        return self.root / IMAGES

    def iterate(self, part: Part | None = None) -> Iterator[Question]:
        """The questions of a part, or all, in the order of the file.

        Raises ConfigError for what is none, for an id that stands there twice, and for a task of two kinds.
        """
        ids, kinds = set[str](), dict[str, AnswerKind]()
        with (self.root / QUESTIONS).open("rb") as file:
            for number, line in enumerate(file, 1):
                question = self._read(line, number)
                if question.id in ids or kinds.setdefault(question.task, question.kind) != question.kind:
                    self._refuse(question, number, is_double=question.id in ids)
                ids.add(question.id)
                if part in (None, question.part):
                    yield question

    def _refuse(self, question: Question, number: int, *, is_double: bool) -> NoReturn:
        what = (
            f"has the id {question.id!r}, which another line has already"
            if is_double
            else f"is of the kind {question.kind!r}, and the task {question.task!r} of another before"
        )
        raise ConfigError(f"{self.root / QUESTIONS}, line {number} {what}. Build the set anew.")

    def _read(self, line: bytes, number: int) -> Question:
        """One line; somebody else may have made the set, and no name in it may lead out of it."""
        where = f"{self.root / QUESTIONS}, line {number}"
        try:
            question = Question.model_validate_json(line)
        except ValidationError as error:
            raise ConfigError(f"{where} is no question: {_explain(error)}. Build the set anew.") from error
        if unknown := [shot.name for shot in question.images if shot.name not in self.about.images]:
            raise ConfigError(f"{where} shows {unknown[0]!r}, which is no image of the set. Build it anew.")
        return question


def open_set(root: Path) -> QuestionSet:
    """Open a set and compare its questions, its parts and its images with their sums.

    Raises ConfigError for what is no set, is of a later irloom, or was changed.
    """
    if not is_set(root):
        raise ConfigError(
            f"{root} is no question set: it holds no {MARK} with {QUESTIONS}. Build one with `irloom build`."
        )
    about = read_about(root / MARK)
    _check_questions(root, about)
    _check_images(root, about)
    found = QuestionSet(root, about)
    _check_parts(found)
    return found


def digest_part(questions: Iterable[Question], images: Mapping[str, str]) -> str:
    """A digest of questions with the sums of their images, whatever else is in the set."""
    whole = hashlib.sha256()
    for line in sorted(orjson.dumps(one.model_dump(mode="json")) for one in questions):
        whole.update(line)
        names = [shot["name"] for shot in orjson.loads(line)["images"]]
        whole.update(repr([images[name] for name in names]).encode())
    return whole.hexdigest()


def read_about(path: Path) -> SetAbout:
    """What `set.json` says. Raises ConfigError where it cannot be read, or is of a later irloom."""
    try:
        said = orjson.loads(path.read_bytes())
        if isinstance(said, dict) and said.get("format") != FORMAT:
            raise ConfigError(
                f"{path} says format {said.get('format')!r}, and this irloom reads format {FORMAT}: "
                "use the version that built the set, or build it anew."
            )
        about = SetAbout.model_validate(said)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {_explain(error)}. Build the set anew.") from error
    if outside := [name for name in about.images if not is_inside(name)]:
        raise ConfigError(f"{path} names the image {outside[0]!r}, which leads out of the set.")
    return about


def _explain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _check_questions(root: Path, about: SetAbout) -> None:
    if not is_plain(root, QUESTIONS) or hash_file(root / QUESTIONS) != about.questions:
        raise ConfigError(
            f"{root / QUESTIONS} is not the file that was built: its sum is another. Put the original back, "
            "or build the set anew."
        )


def _check_images(root: Path, about: SetAbout) -> None:
    changed = [name for name, sha256 in about.images.items() if not _fits(root, name, sha256)]
    if changed:
        raise ConfigError(
            f"{len(changed):,} of {len(about.images):,} images of {root} are missing or not those that were "
            f"built, such as {_list(changed)}: put the originals back, or build the set anew."
        )


def _check_parts(found: QuestionSet) -> None:
    """Raise ConfigError where a digest is not that of its part: what a model met could not be told."""
    for part in PARTS:
        digest = digest_part(found.iterate(part), found.about.images)
        if found.about.parts.get(part, _NOTHING) != digest:
            raise ConfigError(
                f"{found.root / MARK} says another digest of the {part} part than its questions and images "
                "have: put the original back, or build the set anew."
            )


def _fits(root: Path, name: str, sha256: str) -> bool:
    return is_plain(root, f"{IMAGES}/{name}") and hash_file(root / IMAGES / name) == sha256


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN])
