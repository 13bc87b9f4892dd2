"""An embedder in the detector's chair: similarities are scores, journaled like replies."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.backends.scorers.languagebind import LanguageBind
from irloom.backends.scorers.open_clip import OpenClip
from irloom.cli.main import main
from irloom.options import LanguageBindOptions, OpenClipOptions
from irloom.protocols import Scores, ScoringJob, SimilarityScorer
from support.embedding_server import EmbeddingServer
from support.sentences import AlignSet
from support.tiny_clip import register, save_untrained
from support.tiny_languagebind import list_tensors, save

NAME = "tiny-detector"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    register(folder, NAME)
    return save_untrained(folder, NAME)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def embedding_server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    yield server
    server.stop()


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_a_contrastive_model_scores_each_sentence_as_the_scorer_does(
    aligned: AlignSet, tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, settings = tmp_path / "run", checkpoint.parent / "settings.toml"
    lines = ["[chat]", 'kind = "similarity"', "[chat.scorer]", 'kind = "open_clip"', f'model = "{NAME}"']
    settings.write_text("\n".join([*lines, f'pretrained = "{checkpoint.name}"', 'device = "cpu"']))
    monkeypatch.chdir(tmp_path)
    assert main(aligned.options(run, "--config", str(settings), "--concurrency", "5")) == 0
    about = json.loads((run / "run.json").read_text("utf-8"))
    assert about["config"]["chat"]["scorer"]["pretrained"] == str(checkpoint)
    assert "weights.answerer" in json.dumps(about["fingerprint"])
    scorer = OpenClip(OpenClipOptions(model=NAME, pretrained=str(checkpoint), device="cpu"))
    check_answers(run, scorer)
    (turn, *_) = [one for line in rows(run, "transcripts") for one in line["turns"] if one["node"] == "ask"]
    assert turn["model"] == scorer.name


def test_languagebind_sits_in_the_same_chair(aligned: AlignSet, tmp_path: Path) -> None:
    run, settings = tmp_path / "run", tmp_path / "settings.toml"
    folder = save(tmp_path / "model", list_tensors("new"))
    lines = ["[chat]", 'kind = "similarity"', "[chat.scorer]", 'kind = "languagebind"', 'model = "model"']
    settings.write_text("\n".join([*lines, 'device = "cpu"']))
    assert main(aligned.options(run, "--config", str(settings), "--concurrency", "5")) == 0
    check_answers(run, LanguageBind(LanguageBindOptions(model=str(folder), device="cpu")))


def check_answers(run: Path, scorer: SimilarityScorer) -> None:
    """Each sentence has the score that the scorer gives it."""
    questions = {row["sample"]: row for row in rows(run, "questions")}
    answers = rows(run, "answers")
    assert len(answers) == 5
    for row in answers:
        about_it = questions[row["sample"]]
        (scores,) = scorer.score([ScoringJob(run / about_it["images"][0], (about_it["question"],), ())])
        assert isinstance(scores, Scores)
        assert float(row["read"]) == pytest.approx(scores.values[0], abs=2e-6)
        assert row["models"]["answerer"] == scorer.name
        assert row["prompts"].keys() == {"detector/similarity"}


def test_an_embeddings_endpoint_is_told_what_to_compare_a_picture_with(
    aligned: AlignSet, tmp_path: Path, embedding_server: EmbeddingServer
) -> None:
    run, settings = tmp_path / "run", tmp_path / "settings.toml"
    lines = ["[chat]", 'kind = "similarity"', "[chat.scorer]", 'kind = "served"', 'model = "seer"']
    settings.write_text("\n".join([*lines, f'base_url = "{embedding_server.url}"']))
    assert main(aligned.options(run, "--config", str(settings))) == 0
    assert {row["models"]["answerer"] for row in rows(run, "answers")} == {"served seer"}
    assert all(-1 <= float(row["read"]) <= 1 for row in rows(run, "answers"))
    assert rows(run, "failed") == []
    said = [body["input"] for body in embedding_server.bodies if "input" in body]
    assert "find the picture that this sentence describes: Three dogs run past gate 0." in said


def test_an_embedder_cannot_be_asked_for_words(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[chat]\nkind = "similarity"\n[chat.scorer]\nkind = "served"\nmodel = "seer"\n')
    assert main(aligned.options(tmp_path / "run", "--config", str(settings), "--localise")) == 2
    assert "--localise asks a chat model" in capsys.readouterr().err
