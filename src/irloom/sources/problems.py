"""Scientific problems in SciGenBench's form: a JSON list, or one JSON object a line."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from irloom.errors import ConfigError, SourceError
from irloom.figures import LETTERS, Problem, Quiz
from irloom.records import Fault

_KNOWN = frozenset(Problem.model_fields) - {"more", "notes", "fault"}


class ProblemSource:
    """Problems in the order of their file; a row that cannot be used is a problem with a fault.

    A row may also be a bare string, the question. ConfigError where the file cannot be read at all.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"--problems {path}: {error.strerror or error}") from error
        self.digests = {"problems": hashlib.sha256(content).hexdigest()}
        self._problems: dict[str, Problem] = {}
        for where, row in _read_rows(path, content):
            problem = _read_problem(where, row, self._problems)
            self._problems[problem.id] = problem
        if not self._problems:
            raise ConfigError(f"--problems {path} holds no problem.")

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, and how many of them cannot be used."""
        bad = sum(problem.fault is not None for problem in self._problems.values())
        return {"problems": len(self._problems), "unusable": bad}

    @property
    def notices(self) -> tuple[str, ...]:
        """Nothing is told before a run."""
        return ()

    def __len__(self) -> int:
        return len(self._problems)

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._problems)

    def get(self, sample_id: str) -> Problem | None:
        """One problem by its id."""
        return self._problems.get(sample_id)

    def close(self) -> None:
        """Nothing is held open."""


def _read_rows(path: Path, content: bytes) -> Iterator[tuple[str, Any]]:
    """Each row with where it stands, such as `line 12`; a line that is no JSON is its own error."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"--problems {path} is not UTF-8 text: {error}") from error
    if text.lstrip().startswith("["):
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"--problems {path} is no JSON list: {error}") from error
        for number, row in enumerate(rows, 1):
            yield f"row {number}", row
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                yield f"line {number}", SourceError(f"it is no JSON: {error}")


def _read_problem(where: str, row: Any, seen: Mapping[str, Problem]) -> Problem:
    if isinstance(row, str):
        row = {"question": row}
    if isinstance(row, SourceError):
        return _spoil(where, str(row), seen)
    if not isinstance(row, dict):
        return _spoil(where, f"it is {type(row).__name__}, not an object with a `question`", seen)
    name = str(row.get("id") if row.get("id") not in (None, "") else where.replace(" ", "-"))
    if name in seen:
        return _spoil(where, f"the id {name!r} stands in the file already", seen)
    known = {key: value for key, value in row.items() if key in _KNOWN and value is not None}
    known |= {"id": name, "more": {key: value for key, value in row.items() if key not in _KNOWN}}
    if isinstance(given := known.get("quizzes"), list):
        known["quizzes"] = [quiz for one in given if (quiz := _read_quiz(one)) is not None]
        if dropped := len(given) - len(known["quizzes"]):
            known["notes"] = {"quiz_unusable": dropped}
    try:
        problem = Problem.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        return _spoil(where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}", seen, name)
    if not problem.question.strip():
        return _spoil(where, "it has no `question`", seen, name)
    return problem


def _read_quiz(quiz: Any) -> Quiz | None:
    """A quiz, whose options may be a list; None where its right option is none of them."""
    if not isinstance(quiz, dict):
        return None
    options = quiz.get("options")
    lettered = dict(zip(LETTERS, options, strict=False)) if isinstance(options, list) else options
    wanted = {name: quiz[name] for name in ("question", "correct_option", "evidence_snippet") if name in quiz}
    try:
        return Quiz.model_validate({**wanted, "options": lettered})
    except ValidationError:
        return None


def _spoil(where: str, why: str, seen: Mapping[str, Problem], name: str | None = None) -> Problem:
    """A problem that fails with its reason, under a name that no other has."""
    chosen = name if name is not None and name not in seen else where.replace(" ", "-")
    while chosen in seen:
        chosen += "-again"
    fault = Fault(stage="source", error=SourceError.__name__, message=f"{where}: {why}")
    return Problem(id=chosen, fault=fault)
