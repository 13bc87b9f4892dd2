"""Texts that are drawn, over an images route on loopback and by a pipeline of diffusers."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import summarise
from support.align_runs import Run, rows
from support.chat_server import refuse
from support.panel_server import PanelServer, draw_picture, finds
from support.tiny_pipelines import QUIET, build_stable_diffusion

TEXT = "Two dogs sit on a bench. A man waters the flowers."


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"id": "bench", "text": TEXT}) + "\nA boat lies at the shore.\n")
    return path


def test_each_painter_draws_each_text_and_the_panel_judges_its_sentences(
    panel: PanelServer, texts: Path, run: Run
) -> None:
    panel.judges = {"j1": finds("Two dogs")}
    options = ("--texts", texts, "--painters", "p1,m2", "--judges", "j1", *panel.options)
    root = run(*options)
    assert sorted((one["model"], one["prompt"]) for one in panel.drawn) == [
        *(("m2", "A boat lies at the shore."), ("m2", TEXT)),
        *(("p1", "A boat lies at the shore."), ("p1", TEXT)),
    ]
    assert {one["response_format"] for one in panel.drawn} == {"b64_json"}
    found = rows(root)
    assert len(found) == 2 * 3
    (wrong,) = [row for row in found if row["annotation"] == "incorrect" and row["group"] == "p1"]
    assert (wrong["sample"], wrong["caption"]) == ("bench", "Two dogs sit on a bench.")
    assert (wrong["model"], wrong["image_type"], wrong["made"]) == ("p1", "generated", False)
    assert (root / wrong["image"]).read_bytes() == draw_picture(TEXT)
    assert wrong["models"] == {"painter:p1": "p1", "judge:j1": "j1"}
    assert {asked.image for asked in panel.asked_for("panel/judge")} == {
        draw_picture(TEXT),
        draw_picture("A boat lies at the shore."),
    }
    usage = summarise(root).usage
    assert (usage["requests"], usage["completion_tokens"]) == (4 + 4, 4 * 272 + 4 * 20)
    assert summarise(root).spent["painter:p1"]["requests"] == 2


def test_a_text_without_a_sentence_is_a_fault_before_anything_is_drawn(
    panel: PanelServer, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({"id": "smile", "text": "😀"}) + "\n***\nA boat lies at the shore.\n", "utf-8")
    root = run("--texts", path, "--painters", "p1", "--judges", "j1", *panel.options, code=1)
    assert [one["prompt"] for one in panel.drawn] == ["A boat lies at the shore."]
    assert panel.counts() == {"panel/judge": 1}
    failed = {row["sample"]: (row["stage"], row["message"]) for row in rows(root, "failed")}
    assert failed == {
        "smile": ("source", "line 1: the text holds no sentence: '😀'"),
        "text-2": ("source", "line 2: the text holds no sentence: '***'"),
    }


def test_images_and_texts_are_samples_of_one_run(
    panel: PanelServer, texts: Path, photos: Path, run: Run
) -> None:
    root = run(
        *("--images", photos, "--captioners", "m1", "--texts", texts, "--painters", "p1"), *panel.options
    )
    assert {(row["sample"], row["group"]) for row in rows(root)} == {
        *(("1", "m1"), ("2", "m1"), ("bench", "p1"), ("text-2", "p1")),
    }


@pytest.mark.parametrize("has_photos", [True, False])
def test_painted_pictures_are_called_no_photographs_in_an_export(
    panel: PanelServer, texts: Path, photos: Path, run: Run, tmp_path: Path, has_photos: bool
) -> None:
    seen = ("--images", photos, "--captioners", "m1") if has_photos else ()
    root = run(*seen, "--texts", texts, "--painters", "p1,m2", "--judges", "j1", *panel.options)
    out = tmp_path / "set"
    assert main(["export", str(root), "--format", "alignbench", "--out", str(out)]) == 0
    named = [json.loads(line)["source"] for line in (out / "attribution.jsonl").read_text().splitlines()]
    assert named == (["1", "2"] if has_photos else [])
    card = (out / "README.md").read_text("utf-8")
    assert "Pictures that models drew, which are no photographs: 4, by m2, p1." in card
    assert ("| unknown | 2 | 6 |" in card, "whoever made the annotations" in card) == (has_photos, has_photos)


def test_an_endpoint_that_knows_no_reply_form_is_asked_without_it(
    panel: PanelServer, texts: Path, run: Run
) -> None:
    def draw(body: Mapping[str, Any], again: int) -> web.Response | None:
        said = "Unknown parameter: 'response_format'."
        return refuse(400, said, param="response_format") if "response_format" in body else None

    panel.draw = draw
    root = run("--texts", texts, "--painters", "p1", *panel.options)
    assert ["response_format" in one for one in panel.drawn] == [True, False, False]
    assert len(rows(root)) == 3
    assert summarise(root).usage["requests"] == 2, "a refusal costs nothing"


def test_a_picture_in_the_address_itself_is_taken_and_another_form_becomes_a_png(
    panel: PanelServer, texts: Path, run: Run
) -> None:
    def draw(body: Mapping[str, Any], again: int) -> web.Response:
        encoded = base64.b64encode(draw_picture(body["prompt"])).decode()
        return web.json_response({"data": [{"url": f"data:image/png;base64,{encoded}"}]})

    panel.draw = draw
    root = run("--texts", texts, "--painters", "p1", *panel.options)
    drawn = {row["sample"]: (root / row["image"]).read_bytes() for row in rows(root)}
    assert drawn["bench"] == draw_picture(TEXT)


def test_an_address_is_not_fetched_and_stops_the_run(
    panel: PanelServer, texts: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    panel.draw = lambda body, again: web.json_response({"data": [{"url": "http://127.0.0.1:9/picture.png"}]})
    run("--texts", texts, "--painters", "p1", *panel.options, code=2)
    assert "gives an address" in capsys.readouterr().err
    assert len(panel.drawn) == 1


def test_a_model_that_nobody_knows_costs_one_request(
    panel: PanelServer, texts: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--texts", texts, "--painters", "nobody", *panel.options, code=2)
    assert "does not know model 'nobody'" in capsys.readouterr().err


def test_a_key_that_an_images_route_repeats_is_redacted(
    panel: PanelServer,
    texts: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = "sk-of-great-value-0123456789"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    panel.draw = lambda body, again: refuse(400, f"no picture for the bearer of {key}")
    root = run("--texts", texts, "--painters", "p1", *panel.options, code=1)
    assert panel.drawn
    assert all("[redacted]" in row["message"] for row in rows(root, "failed"))
    kept = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert key.encode() not in kept
    assert key not in "".join(capsys.readouterr())


def offended(body: Mapping[str, Any]) -> web.Response:
    return refuse(400, "Your request was rejected by our safety system.", code="content_policy_violation")


def broken(body: Mapping[str, Any]) -> web.Response:
    return refuse(400, "The pipeline is out of order.")


def blank(body: Mapping[str, Any]) -> web.Response:
    return web.json_response({"data": [], "usage": {"input_tokens": 9, "output_tokens": 0}})


def scrap(body: Mapping[str, Any]) -> web.Response:
    usage = {"input_tokens": 9, "output_tokens": 3}
    encoded = base64.b64encode(b"no picture").decode()
    return web.json_response({"data": [{"b64_json": encoded}], "usage": usage})


@pytest.mark.parametrize(
    ("wrong", "error", "paid"),
    [
        (broken, "EndpointError", 0),
        (offended, "ContentRefused", 0),
        (blank, "BrokenReply", 3),
        (scrap, "BrokenReply", 3),
    ],
)
def test_a_painter_that_fails_refuses_or_draws_nonsense_is_a_fault_that_a_resumed_run_mends(
    panel: PanelServer,
    texts: Path,
    run: Run,
    tmp_path: Path,
    wrong: Callable[[Mapping[str, Any]], web.Response],
    error: str,
    paid: int,
) -> None:
    config = tmp_path / "painters.toml"
    config.write_text(
        f'[painters.mine]\nkind = "openai"\nmodel = "p1"\nbase_url = "{panel.url}"\nmax_retries = 2\n'
        'first_backoff_s = 0\n[prices."p1"]\nprompt_usd = 5\ncompletion_usd = 40\n'
    )
    panel.draw = lambda body, again: wrong(body) if body["prompt"] == TEXT else None
    options = ("--texts", texts, "--painters", "mine", "--judges", "j1", "--config", config, *panel.options)
    root = run(*options, code=1)
    (failed,) = rows(root, "failed")
    assert (failed["sample"], failed["task"], failed["stage"]) == ("bench", "mine", "paint")
    assert failed["error"] == error
    spent = summarise(root).spent["painter:mine"]
    assert spent["requests"] == paid + 1
    assert (spent["cost_usd"] > (12 * 5 + 272 * 40 + 1) / 1e6) == bool(paid), (
        "what cannot be used was paid all the same"
    )
    before = len(panel.drawn)
    panel.draw = lambda body, again: None
    assert main(["resume", str(root), "--quiet", "--retry-failed"]) == 0
    assert [one["prompt"] for one in panel.drawn[before:]] == [TEXT]
    assert {row["group"] for row in iterate_rows(root, "sentences")} == {"mine"}


def test_a_busy_painter_is_asked_again(panel: PanelServer, texts: Path, run: Run) -> None:
    panel.draw = lambda body, again: refuse(429, "slow down") if again == 0 else None
    config = texts.with_name("fast.toml")
    config.write_text(f'[painters.mine]\nkind = "openai"\nmodel = "p1"\nbase_url = "{panel.url}"\n')
    root = run("--texts", texts, "--painters", "mine", "--limit", 1, "--config", config, *panel.options)
    assert len(panel.drawn) == 2
    assert len(rows(root)) == 2


def test_the_cap_on_requests_holds_for_pictures(
    panel: PanelServer, texts: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--texts", texts, "--painters", "p1", *panel.options)
    root = run(*options, "--max-requests", 1, "--concurrency", 1, code=3)
    assert "spending cap" in capsys.readouterr().err
    assert len(panel.drawn) == 1
    assert main(["resume", str(root), "--quiet", "--max-requests", "9"]) == 0
    assert len(panel.drawn) == 2
    assert len(rows(root)) == 3


def test_a_cap_in_dollars_needs_a_price_for_the_painter(
    panel: PanelServer, texts: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--texts", texts, "--painters", "p1", "--max-cost", "1", *panel.options)
    run(*options, code=2)
    assert "--max-cost needs prices" in capsys.readouterr().err
    priced = texts.with_name("priced.toml")
    priced.write_text('[prices."p1"]\nprompt_usd = 5\ncompletion_usd = 40\n')
    root = run(*options, "--config", priced, out="priced")
    assert summarise(root).usage["cost_usd"] == pytest.approx(2 * (12 * 5 + 272 * 40) / 1e6)


@pytest.mark.filterwarnings(QUIET)
def test_a_pipeline_in_a_folder_draws_offline_and_the_same_again(
    texts: Path, run: Run, tmp_path: Path
) -> None:
    build_stable_diffusion().save_pretrained(tmp_path / "tiny")
    config = tmp_path / "painters.toml"
    config.write_text(
        '[painters.tiny]\nkind = "diffusers"\nmodel = "tiny"\nsteps = 2\nwidth = 64\nheight = 64\n'
        'device = "cpu"\n'
    )
    options = ("--texts", texts, "--painters", "tiny", "--config", config, "--quiet")
    first, again = run(*options), run(*options, out="again")
    found = rows(first)
    assert {row["model"] for row in found} == {"diffusers tiny"}
    assert [row["sha256"] for row in found] == [row["sha256"] for row in rows(again)]
    assert {row["annotation"] for row in found} == {"unknown"}
    about = json.loads((first / "run.json").read_text())
    assert about["config"]["painters"]["tiny"]["model"] == str(tmp_path / "tiny")
    assert about["fingerprint"]["digest.weights.painters.tiny"]


def test_a_drawn_picture_that_was_given_with_a_revised_text_says_so(
    panel: PanelServer, texts: Path, run: Run
) -> None:
    def draw(body: Mapping[str, Any], again: int) -> web.Response:
        encoded = base64.b64encode(draw_picture(body["prompt"])).decode()
        return web.json_response({"data": [{"b64_json": encoded, "revised_prompt": "Two happy dogs."}]})

    panel.draw = draw
    root = run("--texts", texts, "--painters", "p1", "--limit", 1, *panel.options)
    (row,) = [json.loads(line) for line in (root / "transcripts.jsonl").read_text().splitlines()]
    (turn,) = row["turns"]
    assert turn["parameters"]["revised"] == "Two happy dogs."
