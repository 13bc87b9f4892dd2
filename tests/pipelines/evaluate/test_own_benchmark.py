"""What a benchmark may ask for: several pictures, columns, a checker's prompt, first tokens, mere scores."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image
from pydantic import ValidationError

from irloom.cli.main import main
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.items import read_items
from irloom.pipelines.evaluate.kinds import make_yes_no
from irloom.pipelines.evaluate.records import QUESTION_COLUMNS, Heard, Item, Posed
from irloom.prompts import PromptFile
from support.chat_server import Asked, ChatServer, complete, refuse
from support.own_bench import bring_in, make_item, pose_one
from support.own_runs import read_rows, run_own

CHECK = PromptFile("own_checks/judge", (files("support") / "own_prompts/own_checks/judge.md").read_text())
SCORE = Rule(
    read=lambda heard, posed: heard.text if heard.text.replace(".", "").isdigit() else None,
    read_check=lambda said, heard, posed: None,
    is_right=None,
)


def write_images(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for number, name in enumerate(names):
        Image.new("RGB", (64, 48), (40 * number, 9, 9)).save(folder / name)
    return folder


def test_a_question_shows_several_pictures_in_order_and_its_own_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(monkeypatch, {"plain": make_yes_no()})
    images = write_images(tmp_path / "ir", "a.png", "b.png")
    part = {"name": "b.png", "crop": [0, 0, 32, 24], "marks": [{"box": [4, 4, 20, 20], "label": "A"}]}
    items = [
        make_item(1, [{"name": "a.png"}, part], about={"scene": "road", "degrees": [1.5, 2]}),
        make_item(2, [{"name": "b.png"}]),
    ]
    with ChatServer(fault=lambda asked, again: "Yes.") as server:
        code, run = run_own(tmp_path, server, items, "--images", str(images), "--concurrency", "1")
        assert code == 0, capsys.readouterr().err
        sizes = [[_read_size(content) for content in asked.images] for asked in server.asked]
    assert sizes == [[(64, 48), (32, 24)], [(64, 48)]]
    first, second = read_rows(run, "questions")
    assert first["sources"] == ["a.png", "b.png"]
    assert first["source"] == "a.png"
    assert len(first["images"]) == 2
    assert (first["scene"], first["degrees"]) == ("road", [1.5, 2])
    assert first["shots"][1]["crop"] == [0, 0, 32, 24]
    assert "shots" not in second
    assert first.keys() - {"scene", "degrees"} == QUESTION_COLUMNS
    read = read_items(run)
    assert [item.model_dump(mode="json") for item in read] == [
        Item.model_validate(item).model_dump(mode="json") for item in items
    ]
    capsys.readouterr()
    assert main(["inspect", str(run), "q1"]) == 0
    said = capsys.readouterr().out
    assert "infrared 1" in said
    assert "infrared 2" in said


def _read_size(content: bytes) -> tuple[int, int]:
    import io

    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def test_another_run_gives_the_translations_of_all_pictures_as_they_were_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pose(item: Item, config: Any) -> list[Posed]:
        return [pose_one(item, sights=("infrared", "visible"))]

    bring_in(monkeypatch, {"plain": make_yes_no()}, pose)
    images = write_images(tmp_path / "ir", "a.png", "b.png")
    rgb = write_images(tmp_path / "rgb", "a.png", "b.png")
    part = {"name": "b.png", "crop": [0, 0, 32, 24]}
    items = [make_item(1, [{"name": "a.png"}, part])]
    with ChatServer(fault=lambda asked, again: "Yes.") as server:
        code, first = run_own(tmp_path, server, items, "--images", str(images), "--rgb", str(rgb))
        assert code == 0
        (tmp_path / "second").mkdir()
        code, second = run_own(
            tmp_path / "second", server, items, "--images", str(images), "--rgb", str(first)
        )
        assert code == 0
        assert [_read_size(content) for content in server.asked[1].images] == [(64, 48), (32, 24)] * 2
    (one,), (other,) = read_rows(first, "questions"), read_rows(second, "questions")
    assert one["visible"] == one["images"][2]
    kept = [
        [(run / path).read_bytes() for path in row["images"]] for run, row in ((first, one), (second, other))
    ]
    assert kept[0] == kept[1]


def test_a_crop_outside_of_its_picture_fails_its_question_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(monkeypatch, {"plain": make_yes_no()})
    images = write_images(tmp_path / "ir", "a.png")
    items = [make_item(1, [{"name": "a.png", "crop": [0, 0, 99, 9]}]), make_item(2, [{"name": "a.png"}])]
    with ChatServer(fault=lambda asked, again: "Yes.") as server:
        code, run = run_own(tmp_path, server, items, "--images", str(images))
    assert code == 1
    (failed,) = read_rows(run, "failed")
    assert (failed["sample"], failed["stage"], failed["task"]) == ("q1", "source", None)
    assert "leads out of the picture, which is 64 x 48" in failed["message"]
    assert [row["sample"] for row in read_rows(run, "answers")] == ["q2"]


def test_columns_may_not_hide_those_of_every_question() -> None:
    with pytest.raises(ValidationError, match="have a column 'answer' already"):
        Item.model_validate(make_item(1, about={"answer": "x"}))


def test_an_ask_may_want_first_tokens_and_rules_see_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Heard] = []

    def read(heard: Heard, posed: Posed) -> str:
        seen.append(heard)
        return max(heard.first_tokens, key=lambda one: one[1])[0].lower()

    rule = Rule(read=read, read_check=lambda said, heard, posed: None)
    bring_in(monkeypatch, {"tokens": rule}, lambda item, config: [pose_one(item, top_logprobs=5)])
    weights = {"content": [{"token": "No", "logprob": -0.9, "top_logprobs": [
        {"token": "No", "logprob": -0.9}, {"token": "Yes", "logprob": -0.5}]}]}  # fmt: skip

    def answer(asked: Asked, again: int) -> web.Response:
        return complete(["No"], server.model, logprobs=weights)

    server = ChatServer(fault=answer)
    with server:
        code, run = run_own(tmp_path, server, [make_item(1)])
        assert code == 0
        assert (server.asked[0].body["logprobs"], server.asked[0].body["top_logprobs"]) == (True, 5)
    assert dict(seen[-1].first_tokens) == {"No": -0.9, "Yes": -0.5}
    (row,) = read_rows(run, "answers")
    assert (row["reply"], row["read"], row["correct"]) == ("No", "yes", True)


def test_a_checker_has_the_prompt_and_the_slots_that_the_ask_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pose(item: Item, config: Any) -> list[Posed]:
        return [pose_one(item, check=CHECK.name, check_fields={"right": item.answer})]

    bring_in(monkeypatch, {"plain": make_yes_no()}, pose, prompts=("own_checks",))
    with ChatServer() as server:
        server.fault = lambda asked, again: "Yes" if "mean" in asked.fields["text"] else "It seems so"
        code, run = run_own(tmp_path, server, [make_item(1)], "--checker", server.model)
        assert code == 0
        texts = [asked.fields["text"] for asked in server.asked]
    assert texts == ["What of picture 1?", "Does It seems so mean yes? Say yes or no."]
    (row,) = read_rows(run, "answers")
    assert (row["read"], row["read_by"]) == ("yes", "checker")
    assert row["prompts"][CHECK.name] == CHECK.digest
    assert f"digest.prompt.{CHECK.name}" in json.loads((run / "run.json").read_text())["fingerprint"]


def test_scores_that_are_neither_right_nor_wrong_are_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(monkeypatch, {"score": SCORE}, bench_name="own-scores")
    with ChatServer() as server:
        server.fault = lambda asked, again: "0.5" if "1?" in asked.fields["text"] else "who knows"
        code, run = run_own(tmp_path, server, [make_item(1), make_item(2)])
    assert code == 0
    said = capsys.readouterr().out
    assert "2 scored, 1 unread" in said
    assert "right" not in said
    assert f"irloom bench own-scores {run}" in said
    answers = {row["sample"]: row for row in read_rows(run, "answers")}
    assert {name: (row["read"], row["correct"]) for name, row in answers.items()} == {
        "q1": ("0.5", None),
        "q2": (None, None),
    }
    (commit, *_) = [one for one in read_rows(run, "commits") if one["event"] == "commit"]
    assert "right" not in commit
    assert main(["inspect", str(run), "q1"]) == 0
    assert "of 1 right" not in capsys.readouterr().out
    assert main(["bench", "own-scores", str(run)]) == 2
    assert "neither right nor wrong" in capsys.readouterr().err


def test_what_failed_counts_as_wrong_as_a_whole_and_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pose(item: Item, config: Any) -> list[Posed]:
        asks = [("normal", 0), ("normal", 1), ("blind", 0)]
        return [
            pose_one(item, name=f"{variant}.en.{rotation}", variant=variant, rotation=rotation,
                     fields={"question": f"{item.id} {variant} {rotation}"},
                     sights=("infrared",) if variant == "normal" else ())
            for variant, rotation in asks
        ]  # fmt: skip

    def answer(asked: Asked, again: int) -> Any:
        if asked.fields["text"] == "q2 normal 1":
            return refuse(400, "this picture is not to be talked of", code="content_filter")
        return "Yes."

    bring_in(monkeypatch, {"plain": make_yes_no()}, pose)
    images = write_images(tmp_path / "ir", "a.png")
    items = [
        make_item(number, [{"name": name}]) for number, name in enumerate(("no.png", "a.png", "a.png"), 1)
    ]
    with ChatServer(fault=answer) as server:
        code, run = run_own(tmp_path, server, items, "--images", str(images))
        assert code == 1
        capsys.readouterr()
        assert main(["bench", "own", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)[str(run)]
    shares = {one["variant"]: (one["right"], one["asked"]) for one in found if one["dimension"] == "all"}
    assert shares == {"normal": (3, 6), "blind": (3, 3)}, "blind shows no picture that could be missing"
