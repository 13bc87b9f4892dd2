"""How an ImgCoder sample is told: problem, figure, checks, marks, quizzes, drafts and code."""

from collections.abc import Iterator, Mapping, Sequence

from irloom.views.blocks import (
    Block,
    Chip,
    Code,
    Columns,
    Line,
    Picture,
    Pictures,
    Question,
    Rows,
    Section,
    Table,
    Text,
    Told,
    View,
    outline,
)


def find_title(rows: Rows) -> str:
    """The problem, else what went wrong."""
    questions = (row["question"] for name in ("figures", "rejected") for row in rows.get(name, ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    return next((text for text in (*questions, *messages) if text), "")


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The figure."""
    for row in rows.get("figures", ()):
        yield Picture("figure", "run", row["image"])


def tell(told: Told) -> list[Block]:
    """The problem, then what was drawn for it."""
    figures, rejected = told.rows.get("figures", ()), told.rows.get("rejected", ())
    blocks: list[Block] = []
    for row in [*figures, *rejected][:1]:
        blocks.append(_tell_problem(row, rejected))
        if figures:
            blocks += [Columns(_tell_figure(row)), *_tell_answers(row)]
        blocks += _tell_drafts(row)
        blocks += [Section("Code", [Code(row["code"])])] if row["code"] else []
    return blocks


def list_texts(told: Told) -> dict[str, str]:
    """The script, and what was objected to the figure."""
    rows = (*told.rows.get("figures", ()), *told.rows.get("rejected", ()))
    code = next((row["code"] for row in rows if row.get("code")), None)
    texts = {"Code": code} if code else {}
    for row in told.rows.get("rejected", ()):
        reasons = "\n".join(one["reason"] for one in row["reasons"] if one.get("reason"))
        texts |= {f"Objections to {row['task']}": reasons} if reasons else {}
    return texts


def _tell_problem(row: Line, rejected: Sequence[Line]) -> Section:
    blocks: list[Block] = [Text(row["question"])]
    if row.get("answer"):
        blocks.append(Text(row["answer"], "Answer"))
    for one in (reason for other in rejected for reason in other["reasons"]):
        blocks.append(Text(one["reason"], chips=[Chip(one["category"], "rejected")], tone="rejected"))
    return Section("Problem", blocks, row.get("image_type") or "")


def _tell_figure(row: Line) -> list[list[Block]]:
    """The figure, and beside it what it was to be and what is said of it."""
    texts = ((one["box"], one["role"]) for one in row["texts"])
    overlay = outline(texts, row["width"], row["height"], "where its texts are")
    plan = [(part, "\n".join(points)) for part, points in (row["plan"] or {}).items() if points]
    beside: list[Block] = [Section("Plan", [Table(plan)])] if plan else []
    beside.append(Section("Checks", [_tell_check(check) for check in row["checks"]]))
    if row["judgement"]:
        scores, reasons = row["judgement"]["scores"], row["judgement"]["reasons"]
        marks = [(name, str(score), reasons.get(name, "")) for name, score in scores.items()]
        beside.append(Section("Marks", [Table(marks, meter=2)], "0 to 2"))
    return [[Pictures([("figure", "figure")], overlay)], beside]


def _tell_answers(row: Line) -> list[Block]:
    """What was asked about the figure."""
    blocks: list[Block] = []
    if row["quizzes"]:
        blocks.append(Section("Quizzes", [_tell_quiz(quiz) for quiz in row["quizzes"]], _note_quizzes(row)))
    if row["open_answer"]:
        verdict = row["open_answer"]["verdict"]
        chip = Chip(verdict, "accepted" if verdict == "correct" else "rejected")
        blocks.append(Section("Open question", [Text(row["open_answer"]["answer"])], chips=[chip]))
    return blocks


def _note_quizzes(row: Line) -> str:
    dropped = row["quizzes_dropped"]
    known = f"; {dropped} dropped, because they can be answered without it" if dropped else ""
    return f"answered from the picture alone{known}"


def _tell_check(check: Line) -> Text:
    said = [*check["problems"], *(f"not looked at: {one}" for one in check["skipped"])]
    chip = Chip("ok", "accepted") if check["passed"] else Chip("no", "rejected")
    return Text("; ".join(said) or "nothing found", check["name"].replace("_", " "), [chip])


def _tell_quiz(quiz: Mapping[str, object]) -> Question:
    options, answered = quiz["options"], quiz["answered"]
    assert isinstance(options, dict)
    return Question(
        str(quiz["question"]), options, str(quiz["correct_option"]), str(answered) if answered else None
    )


def _tell_drafts(row: Line) -> list[Block]:
    drafts = row["drafts"]
    if len(drafts) < 2 and row.get("image"):
        return []
    return [Section("Drafts", [_tell_draft(draft) for draft in drafts])] if drafts else []


def _tell_draft(draft: Line) -> Section:
    failure = draft["failure"]
    if failure is None:
        faults = draft["faults"] or ["drawn, and nothing was found wrong"]
        return Section(f"Draft {draft['round']}", [Text(fault) for fault in faults])
    log: list[Block] = [Code(failure["log"])] if failure["log"] else []
    chip = Chip(failure["reason"].replace("_", " "), "rejected")
    return Section(f"Draft {draft['round']}", log, chips=[chip])


VIEW = View(
    title=find_title,
    pictures=list_pictures,
    blocks=tell,
    texts=list_texts,
    note=lambda row: str(row["image_type"]),
    facets={"type": ("image_type", "Type")},
    has_tasks=False,
)
