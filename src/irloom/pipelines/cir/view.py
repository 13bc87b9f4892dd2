"""How a CIR sample is told: families of siblings, each edit with its figures, verdicts and rounds."""

from collections.abc import Iterator, Sequence

from irloom.views.blocks import (
    Block,
    Chip,
    Columns,
    Line,
    Picture,
    Pictures,
    Rows,
    Section,
    Table,
    Text,
    Told,
    View,
    outcome_chip,
)


def find_title(rows: Rows) -> str:
    """A query, else what went wrong."""
    queries = (row["query"] for row in rows.get("edits", ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    reasons = (one["reason"] for row in rows.get("rejected", ()) for one in row["rounds"])
    return next((text for text in (*queries, *messages, *reasons) if text), "")


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The seed, the edits that were kept, then every round of every edit."""
    for row in rows.get("failed", ())[:1]:
        yield Picture("reference", "source", row["image"])
    for row in (*rows.get("edits", ()), *rows.get("rejected", ()))[:1]:
        yield Picture("reference", "run", row["reference"])
    for row in rows.get("edits", ()):
        yield Picture(row["task"], "run", row["image"])
    for row in (*rows.get("edits", ()), *rows.get("rejected", ())):
        for one in row["rounds"]:
            if one.get("image"):
                yield Picture(f"{row['task']}-r{one['round']}", "run", one["image"])


def tell(told: Told) -> list[Block]:
    """The seed, then its families."""
    families: dict[int, list[Line]] = {}
    for name in ("edits", "rejected"):
        for row in told.rows.get(name, ()):
            families.setdefault(row["family"], []).append(row)
    kinds = {picture.kind for picture in list_pictures(told.rows)}
    seed: list[Block] = [Pictures([("reference", "reference")])] if "reference" in kinds else []
    return [*seed, *(_tell_family(found, kinds) for _, found in sorted(families.items()))]


def list_texts(told: Told) -> dict[str, str]:
    """Queries, and what was objected to the other edits."""
    texts = {row["task"]: row["query"] or row["instruction"] for row in told.rows.get("edits", ())}
    for row in told.rows.get("rejected", ()):
        if reasons := [one["reason"] for one in row["rounds"] if one.get("reason")]:
            texts[f"Objections to {row['task']}"] = "\n".join(reasons)
    return texts


def _tell_family(found: Sequence[Line], kinds: set[str]) -> Section:
    first = found[0]
    made = sorted((one for one in found if "edit" in one), key=lambda one: one["edit"])
    blocks: list[Block] = [Columns([[_tell_edit(row, kinds)] for row in made])]
    if not made:
        reason = first["rounds"][-1]["reason"]
        blocks = [Text(reason, chips=[Chip("not offered", "rejected")], tone="rejected")]
    return Section(first["subcategory"], blocks, first.get("base") or "", task=first["subcategory"])


def _tell_edit(row: Line, kinds: set[str]) -> Section:
    last = row["rounds"][-1]
    blocks: list[Block] = []
    if row.get("query"):
        blocks.append(Text(row["query"], "Query", [Chip(row["form"])]))
    kind = row["task"] if row.get("image") else f"{row['task']}-r{last['round']}"
    if kind in kinds:
        beside = [("reference", "reference")] if "reference" in kinds else []
        blocks.append(Pictures([*beside, (kind, "target")]))
    blocks.append(Text(last.get("instruction") or "", tone="dim"))
    blocks += [_tell_verdict(verdict) for verdict in last.get("verdicts", ())]
    if row.get("given_up"):
        blocks.append(Text(row["given_up"], "No further round", tone="dim"))
    if measured := list(_list_figures(row.get("measured") or last.get("measured") or {})):
        blocks.append(Section("Figures", [Table(measured)], folded=True))
    if len(row["rounds"]) > 1:
        rounds = [_tell_round(row, one, kinds) for one in row["rounds"]]
        blocks.append(Section(f"{len(rounds)} rounds", rounds, folded=True))
    outcome = row.get("outcome", "rejected")
    return Section(row["task"], blocks, row["point"], [outcome_chip(outcome)], task=row["task"])


def _tell_verdict(verdict: Line) -> Text:
    passed = verdict["passed"]
    said = "passed" if passed else verdict.get("category") or "not passed"
    chip = Chip(f"{verdict['stage']}: {said}", "accepted" if passed else "rejected")
    return Text(verdict["reason"], chips=[chip], tone=chip.tone)


def _tell_round(row: Line, one: Line, kinds: set[str]) -> Section:
    blocks: list[Block] = [Text(one.get("instruction") or "")]
    if one.get("reason"):
        blocks.append(Text(one["reason"], tone="rejected"))
    kind = f"{row['task']}-r{one['round']}"
    if kind in kinds:
        blocks.append(Pictures([(kind, f"round {one['round']}")]))
    chips = [Chip(one["category"], "rejected")] if one.get("category") else []
    return Section(f"Round {one['round']}", blocks, chips=chips)


def _list_figures(measured: Line) -> Iterator[tuple[str, str]]:
    for name, value in measured.items():
        if isinstance(value, float):
            yield name.replace("_", " "), f"{value:.3f}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield name.replace("_", " "), str(value)


VIEW = View(
    title=find_title,
    pictures=list_pictures,
    blocks=tell,
    texts=list_texts,
    note=lambda row: str(row["subcategory"]),
)
