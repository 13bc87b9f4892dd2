"""The CIR flow over a real endpoint on loopback and the real embedded editor."""

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.coco import CocoFiles
from support.killing import recorded_calls, start_irloom
from support.scenes import write_scenes

COLOURS = ("blue", "green", "yellow")


def color_step(value: str, target: int = 1) -> dict[str, Any]:
    return {
        "subcategory": "color",
        "instruction": f"Make the car {value}.",
        "object": target,
        "what": "the car",
        "value": value,
        "region": None,
    }


def whole_step(subcategory: str, value: str) -> dict[str, Any]:
    return {
        **color_step(value),
        "subcategory": subcategory,
        "object": None,
        "instruction": f"Make it {value}.",
    }


def proposal(*edits: list[dict[str, Any]]) -> str:
    listed = [{"point": f"to {steps[-1]['value']}", "steps": steps} for steps in edits]
    return json.dumps({"base": "the car has another colour", "reason": "", "edits": listed})


class Endpoint:
    """What the models say; each test changes what matters to it."""

    def __init__(self, server: ChatServer) -> None:
        self.server = server
        self.proposals = {
            "color": proposal(*([color_step(value)] for value in COLOURS)),
            "complex": proposal(*([whole_step("time", "night"), color_step(value, 1)] for value in COLOURS)),
        }
        self.replies: dict[str, str | None] = {}
        self.revised = "pink"
        self.passes: Callable[[Asked], bool] = lambda asked: True
        server.fault = self.answer

    def answer(self, asked: Asked, again: int) -> str | None:
        if asked.prompt in self.replies:
            return self.replies[asked.prompt]
        match asked.prompt:
            case "edit/propose":
                return self.proposals.get(asked.fields["subcategory"], self._nothing())
            case "edit/propose_complex":
                return self.proposals["complex"]
            case "edit/revise":
                steps = json.loads(asked.fields["steps"])
                return json.dumps({"steps": [*steps[:-1], color_step(self.revised)]})
            case "edit/verify_change" | "edit/verify_rest":
                passed = self.passes(asked)
                return json.dumps(
                    {"reason": "so it looks" if passed else "the car is as it was", "passed": passed}
                )
            case "edit/phrase":
                return f"Find me a picture like this with {asked.fields['point']}."
        return None

    @staticmethod
    def _nothing() -> str:
        return json.dumps({"base": "", "reason": "nobody is in the picture", "edits": []})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    with ChatServer() as server:
        yield server


@pytest.fixture
def endpoint(server: ChatServer) -> Endpoint:
    return Endpoint(server)


@pytest.fixture
def scenes(tmp_path: Path) -> CocoFiles:
    return write_scenes(tmp_path / "coco", 2)


def options(server: ChatServer, scenes: CocoFiles, out: Path, *more: str) -> list[str]:
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    return ["run", "cir", *scenes.options, "--out", str(out), *backend, "--quiet", *more]


def run(server: ChatServer, scenes: CocoFiles, tmp_path: Path, *more: str) -> tuple[int, Path]:
    out = tmp_path / "run"
    return main(options(server, scenes, out, *(more or ("--subcategories", "color")))), out


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_a_seed_becomes_sibling_edits_with_figures_verdicts_and_queries(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    code, out = run(server, scenes, tmp_path)
    assert code == 0
    edits = rows(out, "edits")
    assert sorted((row["sample"], row["task"]) for row in edits) == [
        (seed, f"color.{number}") for seed in ("1", "2") for number in (1, 2, 3)
    ]
    first = edits[0]
    assert first["outcome"] == "accepted"
    assert (first["category"], first["family"], first["base"]) == (
        "attribute",
        1,
        "the car has another colour",
    )
    assert (out / first["reference"]).read_bytes() == (
        scenes.images / f"00000{first['sample']}.png"
    ).read_bytes()
    assert (out / first["image"]).read_bytes().startswith(b"\x89PNG")
    assert first["measured"]["changed_inside"] > 0.3
    assert first["measured"]["changed_outside"] < 0.05
    assert [verdict["stage"] for verdict in first["verdicts"]] == ["figures", "change", "rest"]
    assert first["query"] == f"Find me a picture like this with {first['point']}."
    assert {row["image"] for row in edits if row["family"] == 1} == {row["image"] for row in edits}
    assert len({row["sha256"] for row in edits}) == 6, "no two siblings are the same picture"


def test_the_judge_sees_the_seed_first_and_then_the_edit(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    _, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1", "--variants", "1")
    (edit,) = rows(out, "edits")
    seen = [(out / edit["reference"]).read_bytes(), (out / edit["image"]).read_bytes()]
    (change,) = server.asked_for("edit/verify_change")
    (rest,) = server.asked_for("edit/verify_rest")
    assert change.images == rest.images == seen
    assert change.fields["instruction"] == "Make the car blue."
    (proposed,) = server.asked_for("edit/propose")
    assert proposed.images == seen[:1]
    assert "1. car: [0.125, 0.458, 0.469, 0.750]" in proposed.fields["objects"]
    assert server.asked_for("edit/phrase")[0].images == []


def test_siblings_of_a_complex_family_share_their_first_step_and_differ_in_another(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    code, out = run(server, scenes, tmp_path, "--subcategories", "complex", "--limit", "1")
    assert code == 0
    edits = rows(out, "edits")
    assert [row["task"] for row in edits] == ["complex.1", "complex.2", "complex.3"]
    assert {row["steps"][0]["instruction"] for row in edits} == {"Make it night."}
    assert [row["steps"][1]["value"] for row in edits] == list(COLOURS)
    assert all(row["measured"]["changed_outside"] is None for row in edits), "night changes everything"


def test_a_rejected_edit_is_worded_anew_from_the_reason_and_both_rounds_are_kept(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    _, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1", "--variants", "1")
    (revised,) = server.asked_for("edit/revise")
    assert "'Make the car blue.': the car is as it was" in revised.fields["reasons"]
    assert revised.fields["taken"] == "none", "it has no siblings"
    (edit,) = rows(out, "edits")
    assert (edit["instruction"], edit["point"]) == ("Make the car pink.", "pink")
    assert [(one["category"], one["reason"]) for one in edit["rounds"]] == [
        ("not_done", "the car is as it was"),
        (None, ""),
    ]
    assert all((out / one["image"]).is_file() for one in edit["rounds"])


def test_an_edit_that_fails_to_the_end_is_rejected_with_every_round_and_the_others_stand(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.revised = "blue"
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    code, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1")
    assert code == 0
    (rejected,) = rows(out, "rejected")
    assert (rejected["task"], rejected["subcategory"]) == ("color.1", "color")
    assert [one["category"] for one in rejected["rounds"]] == ["not_done", "not_done"]
    assert len(rows(out, "edits")) == 2
    commit = rows(out, "commits")[-1]
    assert commit["tasks"] == {"color.1": "rejected", "color.2": "accepted", "color.3": "accepted"}
    assert commit["dropped"] == {"color": {"not_done": 1}}


def test_the_judge_is_not_paid_for_an_edit_that_the_figures_reject(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    config = tmp_path / "strict.toml"
    config.write_text("max_rounds = 1\n[limits]\nmin_changed = 0.9\n")
    _, out = run(
        server, scenes, tmp_path, "--subcategories", "color", "--limit", "1", "--config", str(config)
    )
    assert server.asked_for("edit/verify_change") == []
    reasons = [row["rounds"][0] for row in rows(out, "rejected")]
    assert {reason["category"] for reason in reasons} == {"unchanged"}
    assert "of the image changed, less than min_changed = 0.9" in reasons[0]["reason"]
    assert all(reason["measured"]["changed"] < 0.9 for reason in reasons)


def test_what_the_image_does_not_offer_is_a_rejected_row_with_the_models_reason(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    _, out = run(server, scenes, tmp_path, "--subcategories", "action", "--limit", "1")
    (rejected,) = rows(out, "rejected")
    assert (rejected["task"], rejected["rounds"]) == (
        "action",
        [{"round": 1, "category": "not_offered", "reason": "nobody is in the picture"}],
    )


def test_what_the_embedded_editor_cannot_do_is_rejected_as_unsupported_with_its_reason(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    step = {**color_step("sleeping", 2), "subcategory": "action", "instruction": "Let the dog sleep."}
    endpoint.proposals["action"] = proposal([step])
    endpoint.replies["edit/revise"] = json.dumps({"steps": [step]})
    _, out = run(server, scenes, tmp_path, "--subcategories", "action", "--limit", "1")
    (rejected,) = rows(out, "rejected")
    assert {one["category"] for one in rejected["rounds"]} == {"unsupported"}
    assert rejected["rounds"][0]["reason"]


def test_a_proposal_in_the_wrong_form_is_asked_for_once_more(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    good, endpoint.proposals["color"] = endpoint.proposals["color"], "Paint it!"
    endpoint.replies["repair"] = good
    _, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1")
    assert len(rows(out, "edits")) == 3
    assert len(server.asked_for("repair")) == 1


def test_an_error_of_the_endpoint_fails_its_edit_alone_and_a_retry_asks_only_what_is_missing(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.replies["edit/verify_rest"] = endpoint.replies["repair"] = "I will not say."
    code, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1")
    assert code == 1
    assert {(row["stage"], row["error"]) for row in rows(out, "failed")} == {("verify", "ModelReplyError")}
    before = server.counts()
    del endpoint.replies["edit/verify_rest"]
    assert main(["resume", str(out), "--retry-failed", "--quiet"]) == 0
    again = server.counts() - before
    assert again == Counter({"edit/verify_rest": 3, "edit/phrase": 3})
    assert {row["outcome"] for row in rows(out, "edits")} == {"accepted"}


def test_rejected_edits_are_tried_again_with_their_reasons_by_a_run_that_reuses_the_first(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    only = ("--subcategories", "color", "--limit", "1")
    endpoint.revised = "blue"
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    _, first = run(server, scenes, tmp_path, *only)
    before = server.counts()
    endpoint.revised = "pink"
    second = tmp_path / "second"
    more = ("--reuse", str(first), "--max-rounds", "3")
    assert main(options(server, scenes, second, *only, *more)) == 0
    assert server.counts() - before == Counter(
        {"edit/revise": 1, "edit/verify_change": 1, "edit/verify_rest": 1, "edit/phrase": 1}
    )
    reasons = server.asked_for("edit/revise")[-1].fields["reasons"]
    assert reasons.count("the car is as it was") == 2, "what the first run paid for is told"
    assert len(rows(second, "edits")) == 3
    assert all((second / row["image"]).is_file() for row in rows(second, "edits"))


def test_a_retry_of_one_family_finds_the_edits_of_the_others_where_they_were(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.proposals["time"] = "This is a picture."
    endpoint.replies["repair"] = "It still is."
    code, out = run(server, scenes, tmp_path, "--subcategories", "color,time", "--limit", "1")
    assert code == 1
    kept = {row["task"]: row["sha256"] for row in rows(out, "edits")}
    assert len(kept) == 3
    before = server.counts()
    endpoint.proposals["time"] = proposal([whole_step("time", "night")], [whole_step("time", "dusk")])
    assert main(["resume", str(out), "--retry-failed", "--quiet"]) == 0
    assert server.counts() - before == Counter(
        {"edit/propose": 1, "edit/verify_change": 2, "edit/verify_rest": 2, "edit/phrase": 2}
    )
    again = {row["task"]: row for row in rows(out, "edits") if row["attempt"] == 2}
    assert len(again) == 5
    assert {task: again[task]["sha256"] for task in kept} == kept


def test_a_rewording_that_cannot_be_read_leaves_the_edit_rejected_with_its_rounds(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    endpoint.replies["edit/revise"] = endpoint.replies["repair"] = "Make it nicer."
    code, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1")
    assert code == 0
    (rejected,) = rows(out, "rejected")
    assert [one["category"] for one in rejected["rounds"]] == ["not_done"]
    assert rejected["given_up"] == "the reworded edit is not of the steps color"
    assert len(rows(out, "edits")) == 2


def test_a_failed_edit_keeps_the_rounds_that_were_finished(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.replies["edit/phrase"] = "One.\nTwo."
    _, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1", "--variants", "1")
    (failed,) = rows(out, "failed")
    assert failed["stage"] == "phrase"
    assert [one["instruction"] for one in failed["rounds"]] == ["Make the car blue."]


def test_a_cut_photograph_is_noticed_before_anything_is_paid_for(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    path = scenes.images / "000001.png"
    with Image.open(path) as picture:
        picture.save(path.with_suffix(".jpg"))
    cut = path.with_suffix(".jpg").read_bytes()
    path.with_suffix(".jpg").unlink()
    path.write_bytes(cut[: len(cut) // 2])
    code, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1")
    assert code == 1
    assert server.asked == []
    assert rows(out, "failed")[0]["error"] == "SourceError"


@pytest.mark.parametrize("size", [(600, 5), (8, 8), (1, 1)])
def test_a_tiny_or_thin_seed_is_measured_like_any_other(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path, size: tuple[int, int]
) -> None:
    endpoint.proposals["time"] = proposal([whole_step("time", "night")])
    endpoint.replies["edit/revise"] = endpoint.replies["repair"] = endpoint.proposals["time"]
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", size, (200, 180, 160)).save(folder / "a.png")
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    out = tmp_path / "run"
    arguments = ["run", "cir", "--images", str(folder), "--out", str(out), *backend]
    assert main([*arguments, "--subcategories", "time"]) == 0
    assert len(rows(out, "edits")) + len(rows(out, "rejected")) == 1


def test_transcripts_follow_the_course_of_the_flow(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    _, out = run(server, scenes, tmp_path, "--subcategories", "color", "--limit", "1", "--variants", "1")
    (row,) = rows(out, "transcripts")
    assert [turn["node"] for turn in row["turns"]] == [
        "bring",
        "propose",
        "edit",
        "verify_change",
        "revise",
        "edit",
        "verify_change",
        "verify_rest",
        "phrase",
    ]


def test_annotations_of_photographs_that_are_not_here_are_left_out_with_a_word(
    server: ChatServer,
    endpoint: Endpoint,
    scenes: CocoFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (scenes.images / "000002.png").unlink()
    code, out = run(server, scenes, tmp_path, "--subcategories", "color")
    assert code == 0
    assert "1 images of the annotations are not in" in capsys.readouterr().err
    assert {row["sample"] for row in rows(out, "edits")} == {"1"}


def test_the_data_set_is_written_at_the_end_and_again_byte_for_byte_by_the_export(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    _, out = run(server, scenes, tmp_path)
    queries = rows(out / "dataset", "queries")
    assert len(queries) == 6
    assert {query["metadata"]["subcategory"] for query in queries} == {"color"}
    instances = rows(out / "dataset", "instances")
    assert all(len(one["pos"]) == 1 and len(one["neg"]) == 2 for one in instances)
    assert main(["export", str(out), "--format", "edir", "--out", str(tmp_path / "again")]) == 0
    for name in ("queries", "corpus", "instances", "triplets", "dropped"):
        again = (tmp_path / "again" / f"{name}.jsonl").read_bytes()
        assert again == (out / "dataset" / f"{name}.jsonl").read_bytes(), name


def test_references_are_in_the_gallery_only_where_they_are_asked_for(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    only = ("--subcategories", "color", "--limit", "1")
    _, out = run(server, scenes, tmp_path, *only)
    assert len(rows(out / "dataset", "corpus")) == 3
    more = tmp_path / "more"
    assert main(options(server, scenes, more, *only, "--with-references")) == 0
    assert len(rows(more / "dataset", "corpus")) == 4


def test_inspect_shows_a_seed_with_its_rounds_figures_and_queries(
    server: ChatServer,
    endpoint: Endpoint,
    scenes: CocoFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint.passes = lambda asked: "blue" not in asked.fields["instruction"]
    _, out = run(server, scenes, tmp_path, "--subcategories", "color,action", "--limit", "1")
    capsys.readouterr()
    assert main(["inspect", str(out)]) == 0
    said = capsys.readouterr().out
    assert "color" in said
    assert "not_offered 1" in said
    assert main(["inspect", str(out), "1", "--task", "color"]) == 0
    said = capsys.readouterr().out
    assert all(
        words in said
        for words in (
            "Round 1: not_done\n        Make the car blue.\n        the car is as it was\n",
            "Make the car pink.",
            "changed inside: 1.000",
            "Query: imperative: Find me a picture like this",
            f"Picture, target: {out / 'images' / 'edits'}/",
        )
    )
    assert "not offered" not in said
    assert main(["inspect", str(out), "1"]) == 0
    assert "not offered: nobody is in the picture" in capsys.readouterr().out
    assert main(["inspect", str(out), "--task", "action", "--outcome", "rejected", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sample"] == "1"


def test_a_seed_that_cannot_be_read_fails_with_its_name_and_the_others_go_on(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    (scenes.images / "000001.png").write_bytes(b"no picture")
    code, out = run(server, scenes, tmp_path)
    assert code == 1
    (failed,) = rows(out, "failed")
    assert (failed["sample"], failed["stage"], failed["error"]) == ("1", "source", "SourceError")
    assert "000001.png" in failed["message"]
    assert {row["sample"] for row in rows(out, "edits")} == {"2"}


def test_a_folder_of_images_alone_is_enough_for_a_model_that_sees(
    server: ChatServer, endpoint: Endpoint, scenes: CocoFiles, tmp_path: Path
) -> None:
    endpoint.proposals["time"] = proposal([whole_step("time", "night")], [whole_step("time", "dusk")])
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--quiet"]
    out = tmp_path / "run"
    arguments = ["run", "cir", "--images", str(scenes.images), "--out", str(out), *backend]
    assert main([*arguments, "--subcategories", "time"]) == 0
    assert {row["sample"] for row in rows(out, "edits")} == {"000001", "000002"}
    assert {asked.fields["objects"] for asked in server.asked_for("edit/propose")} == {"none"}


def test_a_kill_in_the_middle_loses_nothing_and_repeats_no_recorded_call(
    server: ChatServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    server.delay_s, server.stops_at = 0.03, 30
    scenes = write_scenes(tmp_path / "many", 6)
    out = tmp_path / "run"
    arguments = options(server, scenes, out, "--subcategories", "color")
    started = start_irloom(arguments, tmp_path)
    while len(server.answered) < 30 and started.process.is_alive():
        time.sleep(0.02)
    started.process.kill()
    assert started.wait().code == -9
    assert len(server.answered) == 30, "it was killed in the middle"
    server.stops_at = math.inf
    recorded, before = recorded_calls(out), len(server.asked)
    assert len(recorded) > 10
    assert main(["resume", str(out), "--quiet"]) == 0
    assert len(rows(out, "edits")) == 18
    again = {(asked.prompt, asked.body["seed"]) for asked in server.asked[before:]} & recorded
    assert not again, "a recorded reply was asked for again"
    whole = tmp_path / "whole"
    assert main(options(server, scenes, whole, "--subcategories", "color")) == 0
    assert sorted(map(str, rows(out, "edits"))) == sorted(map(str, rows(whole, "edits")))
