"""`irloom bench edir` runs offline, scores what is asked for, and says what does not fit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irloom.cli.main import main
from support.edir_data import read_rows, write_edir, write_rows
from support.embedding_server import EmbeddingServer


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    return write_edir(tmp_path / "data")


def score(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["bench", "edir", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refuse(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["bench", "edir", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def write_vectors(data: Path, path: Path, **more: Any) -> Path:
    """Whole queries point at their targets, texts at nothing in particular."""
    corpus = [row["id"] for row in read_rows(data / "corpus.jsonl")]
    targets = [row["pos"][0] for row in read_rows(data / "instances.jsonl")]
    vectors = np.eye(len(corpus), dtype=np.float32)
    arrays = {
        "query_ids": [row["id"] for row in read_rows(data / "queries.jsonl")],
        "queries": 3 * vectors[[corpus.index(target) for target in targets]],
        "corpus_ids": corpus,
        "corpus": vectors,
    }
    np.savez(path, **{**arrays, **more})
    return path


def test_without_options_it_runs_offline_and_keeps_what_it_embedded(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["bench", "edir", str(data)]) == 0
    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines()]
    assert lines[0] == "pixels: 12 queries against 12 images".split()
    assert [line[:3] for line in lines if line[:1] == ["all"]] == [
        ["all", "(micro)", "12"],
        ["all", "(macro)", "12"],
    ]
    assert {"color", "count", "attribute", "object"} <= {line[0] for line in lines if line}
    assert list((tmp_path / "cache" / "embeddings").glob("*.npy"))


def test_a_perfect_embedder_has_a_recall_of_one_and_no_errors(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = score(capsys, data, "--vectors", write_vectors(data, tmp_path / "v.npz"))
    assert (found["embedder"], list(found["modes"])) == ("v.npz", ["both"])
    assert found["modes"]["both"]["micro"]["recall"]["1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert found["modes"]["both"]["errors"] == {"total": 0, "siblings": 0, "reference": 0}


def test_modes_that_the_vectors_have_are_scored_side_by_side(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lost = np.ones((12, 12), dtype=np.float32)
    vectors = write_vectors(data, tmp_path / "v.npz", queries_text=lost)
    found = score(capsys, data, "--vectors", vectors)
    assert list(found["modes"]) == ["both", "text"]
    assert found["modes"]["text"]["micro"]["recall"]["1"]["value"] == pytest.approx(1 / 12), "the first by id"
    assert list(score(capsys, data, "--vectors", vectors, "--modes", "text")["modes"]) == ["text"]
    assert "v.npz as it is set has both, text alone" in refuse(
        capsys, data, "--vectors", vectors, "--modes", "image"
    )


def test_the_reference_is_found_unless_it_is_excluded(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = read_rows(data / "corpus.jsonl")
    references = [{"id": f"r{seed}", "image": f"{seed}.png", "modality": "image"} for seed in range(4)]
    write_rows(data / "corpus.jsonl", [*rows, *references])
    found = score(capsys, data)
    errors = found["modes"]["image"]["errors"]
    assert (errors["total"], errors["reference"], found["references_excluded"]) == (12, 12, False)
    found = score(capsys, data, "--exclude-reference")
    assert found["modes"]["image"]["errors"]["reference"] == 0
    assert found["references_excluded"]


def test_a_served_model_is_scored_by_all_modes_and_asked_once_for_each_item(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = EmbeddingServer()
    try:
        options = ("--embedder", "served", "--model", "seer", "--base-url", server.url)
        found = score(capsys, data, *options)
        assert (found["embedder"], list(found["modes"])) == ("served seer", ["both", "text", "image"])
        rows = read_rows(data / "queries.jsonl")
        items = 12 + 12 + len({row["text"] for row in rows}) + len({row["image"] for row in rows})
        assert (len(server.bodies), items) == (31, 31), "equal queries are asked once"
        assert score(capsys, data, *options) == found
        assert len(server.bodies) == items, "all is kept"
        assert "does not know model 'blind'" in refuse(capsys, data, *options, "--model", "blind")
    finally:
        server.stop()


def test_report_and_plot_are_written_and_the_limit_holds(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page, plot = tmp_path / "page.html", tmp_path / "plot.png"
    found = score(capsys, data, "--limit", 5, "--report", page, "--plot", plot)
    assert found["queries"] == 5
    assert page.read_text("utf-8").count("<article") == 5
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_file_configures_the_embedder_and_options_win(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_vectors(data, tmp_path / "v.npz")
    config = tmp_path / "bench.toml"
    config.write_text('[embedder]\nkind = "vectors"\nfile = "v.npz"\n')
    assert score(capsys, data, "--config", config)["embedder"] == "v.npz", "relative to the file"
    assert score(capsys, data, "--config", config, "--embedder", "pixels")["embedder"] == "pixels"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--modes", "both"], "--modes both: pixels as it is set has image alone"),
        (["--modes", "sound"], "there is no 'sound'; choose from both, text, image"),
        (["--model", "x"], "embedder.model: there is no such setting"),
        (["--embedder", "served"], "--model missing"),
        (["--embedder", "vectors"], "--vectors missing"),
        (["--vectors", "nowhere.npz"], "--vectors nowhere.npz cannot be read"),
        (["--config", "nowhere.toml"], "--config nowhere.toml"),
        (["--split", "test"], "holds no data set in EDIR's form"),
    ],
)
def test_what_does_not_fit_is_a_message(
    data: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert said in refuse(capsys, data, *options)


def test_missing_images_are_counted_and_what_needs_them_is_missed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = score(capsys, data)["modes"]["image"]["micro"]["recall"]["10"]["value"]
    (data / "images" / "0_1.png").unlink()
    (data / "images" / "1.png").write_bytes(b"")
    found = score(capsys, data)
    assert (found["queries"], found["gallery"], found["unembedded_images"]) == (12, 12, 1)
    gaps = found["gaps"]["image"]
    assert (gaps["unembedded"], gaps["unreachable"]) == (3, 1)
    lost = whole - found["modes"]["image"]["micro"]["recall"]["10"]["value"]
    assert lost == pytest.approx(4 / 12), "three have no vector, the target of one has none"
    assert main(["bench", "edir", str(data)]) == 0
    said = capsys.readouterr().out
    assert "1 of 12 images of the corpus have no embedding" in said
    assert "3 of 12 queries have no embedding, and count as missed" in said
    assert "1 of 12 queries have a target without an embedding" in said


def test_without_any_image_there_is_a_message(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (data / "images").glob("*_*.png"):
        path.unlink()
    assert "no image of the corpus is there" in refuse(capsys, data)


def test_queries_that_a_file_of_vectors_lacks_are_missed(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_vectors(data, tmp_path / "v.npz")
    with np.load(path) as file:
        arrays = dict(file)
    arrays["queries"][3] = np.nan
    lacking = {**arrays, "query_ids": arrays["query_ids"][1:], "queries": arrays["queries"][1:]}
    np.savez(path, **lacking)
    found = score(capsys, data, "--vectors", path)
    assert found["modes"]["both"]["micro"]["queries"] == 12
    assert found["modes"]["both"]["micro"]["recall"]["1"]["value"] == pytest.approx(10 / 12)
    assert found["gaps"]["both"]["unembedded"] == 2


def test_several_embedders_stand_in_one_table_with_differences_and_the_published_means(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = write_vectors(data, tmp_path / "base.npz", queries=np.ones((12, 12), dtype=np.float32))
    best = write_vectors(data, tmp_path / "best.npz")
    (tmp_path / "seen.toml").write_text('[embedder]\nkind = "pixels"\n')
    options = ["--vectors", base, "--compare", best, "--compare", tmp_path / "seen.toml"]
    found = score(capsys, data, *options)
    assert [one["embedder"] for one in found["embedders"]] == ["base.npz", "best.npz", "pixels"]
    (difference,) = found["differences"]
    assert (difference["embedder"], difference["base"], difference["queries"]) == ("best.npz", "base.npz", 12)
    first = difference["micro"]["1"]
    assert first["value"] == pytest.approx(11 / 12)
    assert first["low"] < first["value"] <= first["high"] == 1.0
    assert [row["recall_1"] for row in found["published"]] == [36.9, 18.4, 59.9]
    assert main(["bench", "edir", str(data), *map(str, options)]) == 0
    said = capsys.readouterr().out
    assert "pixels shows image of a query, base.npz both: not compared." in said
    assert "12 of 12 queries have a target with the score of another image" in said
    lines = [line.split() for line in said.splitlines()]
    assert ["best.npz", "both", "12", "100.0"] in [line[:4] for line in lines]
    assert [line[-10] for line in lines if line[:1] == ["published:"]] == ["36.9", "18.4", "59.9"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["v.npz"], "two embedders are called 'v.npz'"),
        (["none.toml"], "--compare"),
        (["empty.toml"], "name an .npz file, or a TOML file with [embedder]"),
    ],
)
def test_an_embedder_that_cannot_be_compared_is_a_message(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, names: list[str], said: str
) -> None:
    write_vectors(data, tmp_path / "v.npz")
    (tmp_path / "empty.toml").write_text("")
    others = [part for name in names for part in ("--compare", tmp_path / name)]
    assert said in refuse(capsys, data, "--vectors", tmp_path / "v.npz", *others)


def test_a_limit_of_nothing_is_a_usage_error(data: Path) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "edir", str(data), "--limit", "0"])
