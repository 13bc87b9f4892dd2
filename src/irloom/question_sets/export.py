"""Exports a part of a question set as instructions for training tools, with the pictures as they are asked.

The folder says in `export.json` which part it holds and which one must not be met by what is tuned on it.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import orjson
from PIL import Image

from irloom.engine.directory import refuse_run_files
from irloom.engine.images import encode_png
from irloom.errors import UserError
from irloom.export.card import Section, to_markdown
from irloom.export.files import write_json_lines, write_json_list, write_text
from irloom.export.folders import replacing_folder
from irloom.export.forms import to_llava, to_messages
from irloom.export.sharegpt import describe_datasets
from irloom.pipelines.flow import Exported
from irloom.prompts import Prompts
from irloom.question_sets.about import SetAbout
from irloom.question_sets.asking import PROMPTS, fill_slots, name_prompt
from irloom.question_sets.ledger import Source
from irloom.question_sets.met import HOLDS, MUST_NOT_MEET
from irloom.question_sets.parquet import write_parquet
from irloom.question_sets.reader import QuestionSet
from irloom.question_sets.record import Part, Question
from irloom.records import IMAGE_MARK
from irloom.shots import Shot

Form = Literal["llava", "sharegpt", "messages", "parquet"]
Row = Mapping[str, Any]
_MARK = "export.json"
_OWN = frozenset({_MARK, "README.md", "data", "images", "dataset_info.json"})
_TOLD = frozenset({"id", "question", "options", "answer"})
"""Of a question what its conversation says."""
_UNITS = {"temperature": " °C", "difference": " K"}


@dataclass(frozen=True, slots=True)
class SetExport:
    """What was written."""

    tasks: Mapping[str, int]
    must_not_meet: Mapping[str, str]
    """Digests of the other parts, by their names."""


def export_set(found: QuestionSet, part: Part, form: Form, out: Path, tasks: Sequence[str] = ()) -> SetExport:
    """Write the questions of a part, of some tasks or of all, into a folder; whole or not at all.

    UserError where there is none, for an unknown task, and for a folder of somebody else's.
    """
    refuse_run_files(out)
    if unknown := sorted(set(tasks) - found.about.tasks.keys()):
        raise UserError(f"--task {unknown[0]}: the set has {', '.join(found.about.tasks)}.")
    chosen = [one for one in found.iterate(part) if not tasks or one.task in tasks]
    if not chosen or part not in found.about.parts:
        raise UserError(f"the part {part!r} of {found.root} has no such question.")
    others = {name: digest for name, digest in found.about.parts.items() if name != part}
    holds = {part: found.about.parts[part]}
    with replacing_folder(out, _OWN, _MARK) as folder:
        rows = list(_describe_all(chosen, found, folder / "images"))
        _write(folder, form, part, rows, out.name)
        counts = dict(sorted(Counter(one.task for one in chosen).items()))
        write_text(folder / "README.md", _write_card(found, part, counts, others))
        said = {
            "set": {"builder": found.about.builder, "irloom": found.about.irloom},
            "part": part,
            HOLDS: holds,
            MUST_NOT_MEET: others,
            "tasks": counts,
        }
        _write_json(folder / _MARK, said)
    return SetExport(counts, others)


def to_conversation(question: Question, prompts: Prompts) -> list[dict[str, str]]:
    """The question below its pictures as an evaluation asks it, and the right answer in the wanted form."""
    fields = fill_slots(question.question, question.options)
    said = prompts.render(name_prompt(question.kind), **fields)
    asked = "\n".join([IMAGE_MARK] * len(question.images) + [said.user])
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": write_answer(question)}]


def write_answer(question: Question) -> str:
    """A letter alone, as it is asked for, else the answer with its unit."""
    return f"{question.answer}{_UNITS.get(question.kind, '')}"


def _describe_all(questions: Iterable[Question], found: QuestionSet, images: Path) -> Iterator[Row]:
    kept, prompts = dict[Shot, str](), Prompts.load().only((PROMPTS,))
    for one in questions:
        yield {
            "id": one.id,
            "task": one.task,
            "messages": to_conversation(one, prompts),
            "images": [f"images/{_keep(shot, found.images, images, kept)}" for shot in one.images],
            "provenance": _tell_origin(one, found.about),
        }


def _tell_origin(question: Question, about: SetAbout) -> str:
    """Where a question is from and what its answer was read from, as one text: `truth` differs by task."""
    said = {
        "set": about.builder,
        "irloom": about.irloom,
        "part": question.part,
        "digest": about.parts[question.part],
        "licence": about.find_licence(question),
        **question.model_dump(mode="json", exclude={*_TOLD}),
    }
    return orjson.dumps(said).decode()


def _keep(shot: Shot, source: Path, images: Path, kept: dict[Shot, str]) -> str:
    """The name under which a shot's picture lies in the export; what is marked or cropped is drawn."""
    if shot not in kept:
        name = PurePosixPath(shot.name)
        content = (source / name).read_bytes()
        if shot.is_altered:
            name, content = name.with_name(f"{name.stem}-{len(kept):06d}.png"), _draw(content, shot)
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        (images / name).write_bytes(content)
        kept[shot] = str(name)
    return kept[shot]


def _draw(content: bytes, shot: Shot) -> bytes:
    import numpy as np

    from irloom.backends.shots import draw_shot
    from irloom.pictures import open_picture

    with open_picture(io.BytesIO(content)) as picture:
        drawn: Image.Image = draw_shot(picture.convert("RGB"), shot, None)
    return encode_png(np.asarray(drawn))


def _write(folder: Path, form: Form, part: Part, rows: Sequence[Row], name: str) -> None:
    data = folder / "data"
    match form:
        case "parquet":
            write_parquet(data / f"{part}-00000-of-00001.parquet", rows, folder, part)
        case "llava":
            write_json_list(data / f"{part}.json", _each(rows, to_llava))
        case "messages":
            write_json_lines(data / f"{part}.jsonl", _each(rows, to_messages))
        case "sharegpt":
            write_json_list(data / f"{part}.json", _each(rows, to_messages))
            _write_json(folder / "dataset_info.json", describe_datasets(name, [part]))


_EXPORTED = Exported(identify=lambda row: str(row["id"]), images=lambda row: row["images"])


def _each(rows: Iterable[Row], form: Callable[[Row, Exported, Sequence[str]], Row]) -> Iterator[Row]:
    for row in rows:
        yield {**form(row, _EXPORTED, row["images"]), "provenance": row["provenance"]}


def _write_card(found: QuestionSet, part: Part, counts: Mapping[str, int], others: Mapping[str, str]) -> str:
    about = found.about
    rows = ((task, f"{count:,}") for task, count in counts.items())
    must = ", ".join(f"{name} {digest}" for name, digest in others.items()) or "none"
    return to_markdown(
        f"{about.builder}: the {part} part as instructions",
        [
            Section(
                "What it is",
                (f"Questions of a set that irloom {about.irloom} built.",),
                (("task", "rows"), *rows),
            ),
            Section(
                "What must not be met",
                (
                    f"A model that is tuned on this holds the {part} part, {about.parts[part]}. Parts that "
                    f"it must not meet: {must}. Hand export.json on with the model: `irloom run {about.flow} "
                    "--trained-on export.json` says whether a score measures memory.",
                ),
            ),
            Section("Sources", tuple(_tell_source(one) for one in about.sources)),
        ],
    )


def _tell_source(source: Source) -> str:
    return f"{source.name}: {source.licence or 'no licence is known'}."


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
