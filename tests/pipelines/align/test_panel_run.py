"""Captions of real requests, labelled by a panel over a real endpoint on loopback."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import summarise
from irloom.pipelines.align.summary import describe_agreement
from support.align_runs import Run, rows
from support.chat_server import Asked, complete, refuse
from support.panel_server import CAPTION, PanelServer, finds

JUDGES = ("--captioners", "m1", "--judges", "j1,j2,j3")


def test_every_captioner_and_every_judge_is_asked_once_for_a_picture(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    root = run("--images", photos, "--captioners", "m1,m2", "--judges", "j1,j2,j3", *panel.options)
    assert panel.asked_of("captioner/describe") == {"m1": 2, "m2": 2}
    assert panel.asked_of("panel/judge") == {"j1": 4, "j2": 4, "j3": 4}, "a request a caption, not a sentence"
    assert panel.counts().keys() == {"captioner/describe", "panel/judge"}
    asked = panel.asked_for("panel/judge")[0]
    assert asked.fields["sentences"].splitlines()[1] == "2. It wears a red collar."
    assert asked.image in [path.read_bytes() for path in photos.iterdir()]
    assert asked.body["temperature"] == 0
    found = rows(root)
    assert len(found) == 2 * 2 * 3
    assert [row["caption"] for row in found[:3]] == [f"{one}." for one in CAPTION.rstrip(".").split(". ")]
    assert [row["sentence_index"] for row in found[:3]] == [0, 1, 2]


def test_a_row_has_the_published_columns_and_who_judged(panel: PanelServer, photos: Path, run: Run) -> None:
    panel.judges = {"j1": finds("Two"), "j2": finds("Two cars", "Object")}
    root = run("--images", photos, *JUDGES, "--limit", 1, *panel.options)
    row = rows(root)[2]
    assert {name: row[name] for name in ("model", "image_name", "image_type", "caption", "annotation")} == {
        "model": "m1",
        "image_name": "1.png",
        "image_type": "real",
        "caption": "Two cars stand behind it.",
        "annotation": "incorrect",
    }
    assert (row["n_correct"], row["n_incorrect"], row["n_unknown"]) == (1, 2, 0)
    assert row["agreement_ratio"] == pytest.approx(2 / 3)
    assert row["fleiss_Pi"] == pytest.approx(1 / 3)
    assert row["error_type"] == "Number", "of equally many votes that of the judge who is named first"
    assert (row["spans"], row["error_words"]) == ([[0, 8]], ["Two cars"])
    assert row["judges"] == ["j1", "j2", "j3"]
    assert row["votes"][1] == {
        "judge": "j2",
        "label": "incorrect",
        "error_type": "Object",
        "words": ["Two cars"],
    }
    assert row["models"] == {"captioner:m1": "m1", "judge:j1": "j1", "judge:j2": "j2", "judge:j3": "j3"}
    assert (root / row["image"]).read_bytes() == (photos / "1.png").read_bytes()
    assert not row["made"]


def test_a_model_does_not_judge_its_own_captions_unless_asked_to(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    options = ("--images", photos, "--captioners", "m1,m2", "--judges", "m1,j1,j2", *panel.options)
    root = run(*options)
    judges = {row["group"]: row["judges"] for row in rows(root)}
    assert judges == {"m1": ["j1", "j2"], "m2": ["m1", "j1", "j2"]}
    summary = summarise(root)
    assert (summary.sentences, summary.full) == (12, 6), "kappa is told where the panel is full"
    own = run(*options, "--judge-own", out="own")
    assert {tuple(row["judges"]) for row in rows(own)} == {("m1", "j1", "j2")}


def test_the_same_model_under_another_name_is_its_own_judge_too(
    panel: PanelServer, photos: Path, run: Run, tmp_path: Path
) -> None:
    config = tmp_path / "models.toml"
    config.write_text(f'[models.strict]\nkind = "openai"\nmodel = "m1"\nbase_url = "{panel.url}"\n')
    root = run(
        *("--images", photos, "--captioners", "m1", "--judges", "strict,j1", "--config", config),
        *panel.options,
    )
    assert {tuple(row["judges"]) for row in rows(root)} == {("j1",)}


def test_a_tie_is_unknown_and_kappa_is_told(
    panel: PanelServer, photos: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    panel.judges = {"j1": finds("Two")}
    options = [one for one in panel.options if one != "--quiet"]
    root = run("--images", photos, "--captioners", "m1", "--judges", "j1,j2", *options)
    labels = [row["annotation"] for row in rows(root)]
    assert labels == ["correct", "correct", "unknown"] * 2
    assert rows(root)[2]["error_words"] == []
    # 6 sentences, 10 votes correct and 2 incorrect, 4 of them agreed on: (2/3 - 26/36) / (1 - 26/36).
    assert describe_agreement(summarise(root)).startswith("Fleiss' kappa -0.200 over 6 of 6 sentences")
    said = " ".join(capsys.readouterr().out.split())
    assert "disagreed about 2" in said


def test_without_judges_captions_stay_unknown_and_that_is_said(
    panel: PanelServer, photos: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [one for one in panel.options if one != "--quiet"]
    root = run("--images", photos, "--captioners", "m1", *options)
    assert {row["annotation"] for row in rows(root)} == {"unknown"}
    assert {row["fleiss_Pi"] for row in rows(root)} == {None}
    assert set(summarise(root).outcomes) == {"unjudged"}
    said = capsys.readouterr()
    assert "No judges are named" in said.err + said.out
    assert "6 that nobody judged: they are unknown" in said.out
    assert "a new run with --judges and --reuse of this one labels them" in " ".join(said.out.split())
    assert "irloom run detect" not in said.out, "no sentence would count"
    assert "--format alignbench --out my-alignbench --unjudged" in said.out
    before = len(panel.asked)
    reused = ("--judges", "j1", "--reuse", root)
    judged = run("--images", photos, "--captioners", "m1", *reused, *panel.options, out="judged")
    assert {one.prompt for one in panel.asked[before:]} == {"panel/judge"}
    assert {row["annotation"] for row in rows(judged)} == {"correct"}


def test_words_that_do_not_stand_in_the_sentence_are_asked_for_once_more_then_dropped_and_counted(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    def judge(number: int, sentence: str) -> Mapping[str, Any]:
        return {"label": "incorrect", "type": "Object", "words": ["collar", "purple leash"]}

    panel.judges = {"j1": judge}
    root = run("--images", photos, "--captioners", "m1", "--judges", "j1", "--limit", 1, *panel.options)
    assert panel.counts()["repair"] == 1
    assert "2. It wears a red collar." in panel.asked_for("repair")[0].fields["form"]
    assert panel.asked_for("repair")[0].fields["problem"].startswith("sentence 1: the words 'collar'")
    row = rows(root)[1]
    assert row["error_words"] == ["collar"]
    assert row["votes"][0]["dropped"] == 1
    assert summarise(root).words_dropped == 2 + 1 + 2


def test_wrong_words_stand_where_they_do_in_the_sentence_however_the_description_was_set(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    panel.captions = {"m1": "# Picture\n**A dog** lies in\nthe grass by a\nred car.\n\nIt sleeps."}
    panel.judges = {"j1": finds("red car", "Object")}
    root = run("--images", photos, "--captioners", "m1", "--judges", "j1", "--limit", 1, *panel.options)
    first, second = rows(root)
    assert (first["caption"], second["caption"]) == ("A dog lies in the grass by a red car.", "It sleeps.")
    assert [first["caption"][start:end] for start, end in first["spans"]] == ["red car"]


def test_a_loosely_read_vote_is_not_asked_again_when_another_judge_failed(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    panel.judges = {"j2": finds("Two", "no kind")}
    panel.fault = lambda asked, again: refuse(400, "no") if asked.body["model"] == "j3" else None
    root = run("--images", photos, *JUDGES, *panel.options, code=1)
    assert panel.counts()["repair"] == 2
    before = len(panel.asked)
    panel.fault = None
    assert main(["resume", str(root), "--quiet", "--retry-failed"]) == 0
    assert [one.body["model"] for one in panel.asked[before:]] == ["j3", "j3"]
    assert {vote["error_type"] for row in rows(root) for vote in row["votes"] if vote["error_type"]} == {
        "Other"
    }


def test_a_sentence_that_a_judge_leaves_out_is_unknown_by_that_judge(
    panel: PanelServer, photos: Path, run: Run
) -> None:
    panel.judges = {"j1": lambda number, sentence: None if number == 2 else {"label": "correct"}}
    root = run("--images", photos, "--captioners", "m1", "--judges", "j1", "--limit", 1, *panel.options)
    assert [row["annotation"] for row in rows(root)] == ["correct", "unknown", "correct"]
    assert rows(root)[1]["votes"][0]["unread"] is True
    assert summarise(root).votes_unread == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: refuse(400, "The picture is too large for this model"), "too large"),
        (lambda: complete(["I'm sorry, I can't help with that."], "j2"), "refused"),
        (lambda: complete(["The sentences are fine, I guess."], "j2"), "no judgement"),
    ],
    ids=["fails", "refuses", "answers nonsense"],
)
def test_a_failed_judge_is_a_fault_of_the_sample_and_a_resumed_run_asks_only_that_one(
    panel: PanelServer, photos: Path, run: Run, wrong: Any, said: str
) -> None:
    def fault(asked: Asked, again: int) -> web.Response | None:
        of_j2 = asked.body["model"] == "j2" and asked.prompt in {"panel/judge", "repair"}
        return wrong() if of_j2 else None

    panel.fault = fault
    root = run("--images", photos, *JUDGES, "--limit", 1, *panel.options, code=1)
    (failed,) = rows(root, "failed")
    assert (failed["stage"], failed["task"]) == ("judge", "m1")
    assert said in failed["message"]
    assert rows(root) == [], "a panel with a gap labels nothing"
    before = len(panel.asked)
    panel.fault = None
    assert main(["resume", str(root), "--quiet", "--retry-failed"]) == 0
    again = panel.asked[before:]
    assert [(one.prompt, one.body["model"]) for one in again] == [("panel/judge", "j2")]
    assert len(list(iterate_rows(root, "sentences"))) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: refuse(400, "The picture is too large for this model"), "too large"),
        (lambda: complete(["I'm sorry, I cannot assist with that."], "m2"), "refused"),
        (lambda: complete(["***"], "m2"), "no sentence"),
    ],
    ids=["fails", "refuses", "answers nonsense"],
)
def test_a_failed_captioner_spares_the_others_and_a_resumed_run_asks_only_that_one(
    panel: PanelServer, photos: Path, run: Run, wrong: Any, said: str
) -> None:
    def fault(asked: Asked, again: int) -> web.Response | None:
        late = asked.prompt == "captioner/describe" and asked.body["model"] == "m2"
        return wrong() if late else None

    panel.fault = fault
    options = ("--images", photos, "--captioners", "m1,m2", "--judges", "j1", "--limit", 1)
    root = run(*options, *panel.options, code=1)
    (failed,) = rows(root, "failed")
    assert (failed["stage"], failed["task"]) == ("caption", "m2")
    assert said in failed["message"]
    assert {row["group"] for row in rows(root)} == {"m1"}
    assert panel.asked_of("panel/judge") == {"j1": 1}
    before = len(panel.asked)
    panel.fault = None
    assert main(["resume", str(root), "--quiet", "--retry-failed"]) == 0
    again = [(one.prompt, one.body["model"]) for one in panel.asked[before:]]
    assert again == [("captioner/describe", "m2"), ("panel/judge", "j1")], "the judge of its text alone"
    assert {row["group"] for row in iterate_rows(root, "sentences")} == {"m1", "m2"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--images missing"),
        (["--captioners", "m1"], "--captioners need --images"),
        (["--texts", "t"], "belong together"),
        (["--images", "PHOTOS"], "nothing says what is in the images"),
        (["--images", "PHOTOS", "--captioners", "made"], "a captioner or painter cannot be called 'made'"),
        (
            ["--images", "PHOTOS", "--captioners", "a.b,a_b"],
            "two captioners or painters would both be called",
        ),
        (["--images", "PHOTOS", "--captioners", "m1"], "there is no model 'm1'"),
    ],
)
def test_what_cannot_be_run_is_one_message(
    photos: Path, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(photos) if one == "PHOTOS" else one for one in options]
    assert main(["run", "align", *given, "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert said in capsys.readouterr().err


def test_a_rule_engine_cannot_judge(
    panel: PanelServer, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "models.toml"
    config.write_text('[models.blind]\nkind = "rules"\n')
    options = ["--images", str(photos), "--captioners", "m1", "--judges", "blind", "--config", str(config)]
    assert main(["run", "align", *options, *panel.options, "--out", str(tmp_path / "out")]) == 2
    assert "cannot see" in capsys.readouterr().err


def test_a_dry_run_counts_the_requests_of_captioners_and_judges(
    panel: PanelServer, photos: Path, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--images", str(photos), *JUDGES, *panel.options, "--out", str(tmp_path / "none")]
    assert main(["run", "align", *options, "--dry-run", "1"]) == 0
    said = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["captioner/describe", "2"] in said
    assert ["panel/judge", "6"] in said


def test_rows_can_be_read_again_as_json(panel: PanelServer, photos: Path, run: Run) -> None:
    root = run("--images", photos, *JUDGES, *panel.options)
    lines = (root / "commits.jsonl").read_text().splitlines()
    (commit,) = [one for one in map(json.loads, lines) if one["event"] == "commit" and one["sample"] == "1"]
    assert commit["annotations"] == {"correct": 3}
    assert commit["panel"] == ["agrees"]
    assert commit["groups"] == ["m1"]


def test_an_endpoint_needs_no_model_but_those_that_are_named(
    panel: PanelServer, photos: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = ("--profile", "openai", "--base-url", panel.url, "--quiet")
    root = run("--images", photos, "--captioners", "m2", "--judges", "j1,j3", *endpoint)
    assert {asked.body["model"] for asked in panel.asked} == {"m2", "j1", "j3"}
    capsys.readouterr()
    assert main(["inspect", str(root)]) == 0
    assert "chat by j1, j3, m2 samples:" in " ".join(capsys.readouterr().out.split())
    run("--images", photos, *endpoint, out="nobody", code=2)
    assert "nobody who is to work: name --captioners" in capsys.readouterr().err
