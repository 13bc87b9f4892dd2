"""Puts together what the page of a sample shows, whichever flow it is of."""

from collections.abc import Mapping, Sequence
from typing import Any

from irloom.web.debates import view_captions, view_debates
from irloom.web.edits import view_families
from irloom.web.overlays import draw_objects, draw_texts
from irloom.web.queries import Entry
from irloom.web.rows import read_rows, read_turns
from irloom.web.runs import ViewedRun
from irloom.web.turns import view_turns

Line = Mapping[str, Any]
Rows = Mapping[str, Sequence[Line]]


def view_sample(run: ViewedRun, entry: Entry) -> dict[str, Any]:
    """The values of a sample's page; RunDirError where its rows were edited."""
    rows, turns = read_rows(run.root, entry), read_turns(run.root, entry)
    found: dict[str, Any] = {
        "rows": rows,
        "faults": rows.get("failed", []),
        "turns": view_turns(run.root, turns),
    }
    match run.facts.flow:
        case "infrared":
            found |= {"captions": view_captions(rows["pairs"]), "overlay": draw_objects(rows)}
            found |= {"made_by": rows["pairs"][0]["translation"]["made_by"] if rows["pairs"] else ""}
            found |= {"debates": view_debates(entry.verdicts, rows, turns)}
        case "imgcoder":
            found |= {"figure": next(iter([*rows["figures"], *rows["rejected"]]), None)}
            found |= {"overlay": draw_texts(rows), "drawn": bool(rows["figures"])}
        case "cir":
            found |= {"families": view_families(rows), "overlay": None}
    return found


def list_texts(run: ViewedRun, entry: Entry) -> dict[str, str]:
    """What a sample came to, by name: what two runs are compared by."""
    rows = read_rows(run.root, entry)
    texts: dict[str, str] = {}
    for pair in rows.get("pairs", []):
        texts[f"Caption {pair['caption_index'] + 1}"] = pair["caption"]
    for figure in [*rows.get("figures", []), *(row for row in rows["rejected"] if row.get("code"))]:
        texts["Code"] = figure["code"]
    for edit in rows.get("edits", []):
        texts[edit["task"]] = edit["query"] or edit["instruction"]
    if run.facts.flow == "infrared":
        debates = view_debates(entry.verdicts, rows, read_turns(run.root, entry))
        texts |= {debate.task.capitalize(): debate.final for debate in debates}
    for row in rows["rejected"]:
        last = row.get("reasons") or row.get("rounds") or []
        reasons = [one["reason"] for one in last if one.get("reason")]
        texts |= {f"Objections to {row['task']}": "\n".join(reasons)} if reasons else {}
    return texts
