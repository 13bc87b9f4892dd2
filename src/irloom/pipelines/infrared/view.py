"""How an infrared sample is told: its pictures, its debates round by round, its captions with candidates."""

from collections.abc import Iterator, Mapping, Sequence

from irloom.pipelines.infrared.scores import tell_scores, tell_verified
from irloom.records import TASKS
from irloom.views.blocks import (
    Block,
    Candidate,
    Chip,
    Choice,
    Columns,
    Line,
    Overlay,
    Picture,
    Pictures,
    Rows,
    Section,
    Text,
    Told,
    View,
    outcome_chip,
    outline,
)
from irloom.views.differences import compare_words

_WHO: Mapping[str, str] = {"check": "Check", "detector": "Detector"}
"""Who objected, where it was not the judge."""
_VERDICTS: Mapping[str, Chip] = {
    "accept": Chip("accept", "accepted"),
    "reject": Chip("reject", "rejected"),
    "none": Chip("not judged"),
}


def find_title(rows: Rows) -> str:
    """A caption, else what went wrong."""
    captions = (row["caption"] for row in rows.get("pairs", ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    reasons = (one["reason"] for row in rows.get("rejected", ()) for one in row["rounds"])
    originals = (row["original"] for row in rows.get("rejected_pairs", ()))
    return next((text for text in (*captions, *messages, *reasons, *originals) if text), "")


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The photograph and its infrared image."""
    for name in ("pairs", "instructions", "rejected", "rejected_pairs", "failed"):
        for row in rows.get(name, ())[:1]:
            if "source" in row:
                alone = row.get("infrared") == row["source"]
                if not alone or not rows.get("pairs"):
                    yield Picture("infrared" if alone else "visible", "source", row["source"])
    for row in rows.get("pairs", ())[:1]:
        yield Picture("infrared", "run", row["image"])


def tell(told: Told) -> list[Block]:
    """Pictures, debates, captions."""
    pairs = told.rows.get("pairs", ())
    kinds = [picture.kind for picture in list_pictures(told.rows)]
    label = {"infrared": f"infrared, by {pairs[0]['translation']['made_by']}"} if pairs else {}
    shown = [(kind, label.get(kind, kind)) for kind in dict.fromkeys(kinds)]
    captions = [block for pair in pairs for block in _tell_caption(pair)]
    dropped = [_tell_dropped(row) for row in told.rows.get("rejected_pairs", ())]
    debates = [[_tell_debate(told, task)] for task in TASKS if task in told.commit["tasks"]]
    return [
        *([Pictures(shown, _draw_objects(pairs))] if shown else []),
        *([Columns(debates)] if debates else []),
        *([Section("Captions", captions, f"{len(pairs)}, with their candidates")] if captions else []),
        *([Section("Rejected captions", dropped, f"{len(dropped)}, with the reason")] if dropped else []),
    ]


def list_texts(told: Told) -> dict[str, str]:
    """Captions, instructions and what was objected to them."""
    texts = {f"Caption {pair['caption_index'] + 1}": pair["caption"] for pair in told.rows.get("pairs", ())}
    for task in TASKS:
        if rounds := _list_rounds(told, task):
            texts[task.capitalize()] = rounds[-1]["instruction"]
    for row in told.rows.get("rejected", ()):
        reasons = "\n".join(one["reason"] for one in row["rounds"] if one.get("reason"))
        texts |= {f"Objections to {row['task']}": reasons} if reasons else {}
    return texts


def _tell_debate(told: Told, task: str) -> Section:
    blocks: list[Block] = []
    before = ""
    for one in _list_rounds(told, task):
        blocks.append(_tell_round(one, before))
        before = one["instruction"]
    outcome = told.commit["tasks"][task]
    return Section(f"Task {task}", blocks, chips=[outcome_chip(outcome)], task=task)


def _tell_round(one: Line, before: str) -> Section:
    text = one["instruction"]
    verdict = _VERDICTS.get(one["verdict"], Chip(one["verdict"]))
    category = [Chip(one["category"], "rejected")] if one.get("category") else []
    blocks: list[Block] = [Text(text, pieces=compare_words(before, text))]
    who = _WHO.get(one.get("by", ""), "Judge")
    blocks.append(Text(one.get("reason") or "", who, [verdict, *category], tone=verdict.tone))
    blocks += tell_scores(one.get("scores"))
    if one.get("rule"):
        blocks.append(Text(one["rule"], "Rule mined", tone="rule"))
    return Section(f"Round {one['round']}", blocks)


def _list_rounds(told: Told, task: str) -> Sequence[Line]:
    """The rounds of a task, each with its instruction."""
    for name in ("instructions", "rejected", "failed"):
        for row in told.rows.get(name, ()):
            if row["task"] == task and row.get("rounds"):
                return [_complete(told, task, one) for one in row["rounds"]]
    return []


def _complete(told: Told, task: str, one: Line) -> Line:
    return one if "instruction" in one else {**one, "instruction": _find_written(told, task, one["round"])}


def _find_written(told: Told, task: str, number: int) -> str:
    """An instruction that its row does not hold, as in runs of before: as it was judged, else as it ended."""
    for turn in told.turns:
        judged = turn["task"] == task and turn["round"] == number and turn["stage"] == "judge"
        if judged and not turn.get("repair") and "fields" in turn:
            return str(turn["fields"]["instruction"])
    rows = (row for name in ("instructions", "rejected") for row in told.rows.get(name, ()))
    messages: Sequence[Line] = next((row["messages"] for row in rows if row["task"] == task), ())
    heads = {"user": "Question", "assistant": "Answer"}
    texts = (f"{heads[one['role']]}: {one['content'].removeprefix('<image>').strip()}" for one in messages)
    return "\n".join(texts)


def _tell_dropped(row: Line) -> Section:
    """A caption of which no pair was made: why, and what was tried."""
    tried: list[Block] = [Choice("Candidates", _list_candidates(row))] if row["candidates"] else []
    tried += tell_verified(row.get("verified"))
    head = f"{row['caption'] + 1}. {row['original']}"
    return Section(head, [Text(row["reason"]), *tried], chips=[Chip(row["stage"], "rejected")])


def _tell_caption(pair: Line) -> list[Block]:
    candidates = Choice(f"{pair['caption_index'] + 1}. {pair['original']}", _list_candidates(pair))
    return [candidates, *tell_verified(pair.get("verified"))]


def _list_candidates(row: Line) -> list[Candidate]:
    """The candidates of a caption, each text once, the best first; none is chosen of a rejected one."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for candidate in row["candidates"]:
        groups.setdefault((candidate["text"], candidate["origin"]), []).append(candidate)
    candidates = [
        Candidate(
            text,
            origin,
            times=len(alike),
            score=alike[0]["score"],
            chosen=text == row["caption"] and origin == row.get("chosen"),
            objection=f"breaks a rule: {', '.join(alike[0]['breaks'])}" if alike[0]["breaks"] else "",
        )
        for (text, origin), alike in groups.items()
    ]
    return sorted(candidates, key=lambda one: -(one.score or 0.0))


def _draw_objects(pairs: Sequence[Line]) -> Overlay | None:
    """The objects with the temperatures that they were painted with."""
    for pair in pairs[:1]:
        named = ((one["box"], _name_object(one)) for one in pair["objects"])
        return outline(named, pair["width"], pair["height"], "boxes and temperatures")
    return None


def _name_object(thing: Line) -> str:
    crowd = " (crowd)" if thing.get("crowd") else ""
    degrees = thing.get("temperature_c", thing.get("mean_c"))
    celsius = f" {degrees:.1f} °C" if degrees is not None else ""
    return f"{thing['label']}{crowd}{celsius}"


VIEW = View(title=find_title, pictures=list_pictures, blocks=tell, texts=list_texts)
