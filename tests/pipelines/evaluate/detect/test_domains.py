"""Pictures without a domain get the likeliest of some names; data that name one keep theirs."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from irloom.cli.main import main
from irloom.errors import ConfigError
from irloom.pipelines.evaluate.detect.detections import read_run
from irloom.pipelines.evaluate.detect.domains import fill_domains, has_domains, read_domains
from irloom.protocols import Query
from support.detected import draw_pictures, make_sentence, write_detect_run


class Brightness:
    """Knows dark and bright pictures, and what it is shown."""

    def __init__(self) -> None:
        self.seen: list[Path] = []

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        sides = {"a photo of night": [1, 0], "a photo of day": [0, 1]}
        return np.array([sides[query.text or ""] for query in queries], dtype=np.float32)

    def embed_images(self, images: Sequence[Path]) -> list[NDArray[np.float32]]:
        self.seen += images
        values = [np.asarray(Image.open(image)).mean() / 255 for image in images]
        vectors = np.array([[1 - value, value] for value in values], dtype=np.float32)
        return [vectors[:1], vectors[1:]]


def test_each_picture_gets_its_likeliest_domain_and_is_embedded_once(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct") for number in range(75)]
    roots = [write_detect_run(tmp_path / name, rows, [{"score": "1"}] * 75) for name in ("one", "two")]
    draw_pictures(roots[0], 25)
    embedder = Brightness()
    one, two = fill_domains([read_run(root) for root in roots], ["night", "day"], embedder)
    expected = ["night" if place // 3 * 9 < 128 else "day" for place in range(75)]
    assert one.columns.domains.tolist() == expected
    assert two.columns.domains.tolist() == expected
    assert len(embedder.seen) == 25, "of the first run alone"


@pytest.mark.parametrize("name", ["../secret.png", "/SECRET", "images/../../secret.png", "..\\secret.png"])
def test_no_picture_outside_of_a_run_is_looked_at(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 30), (250, 250, 250)).save(secret)
    rows = [make_sentence(number, "correct") for number in range(6)]
    rows[0]["images"] = [name.replace("/SECRET", str(secret))]
    root = write_detect_run(tmp_path / "run", rows, [{"score": "1"}] * 6)
    draw_pictures(root, 2)
    embedder = Brightness()
    (found,) = fill_domains([read_run(root)], ["night", "day"], embedder)
    assert embedder.seen == [root / "images" / f"i{place}.png" for place in range(2)]
    assert found.columns.domains.tolist() == ["", *["night"] * 5]


def test_data_with_domains_keep_them(tmp_path: Path) -> None:
    root = write_detect_run(tmp_path / "run", [make_sentence(0, "correct", domain="Food")], [{"score": "1"}])
    run = read_run(root)
    assert has_domains(run)
    (kept,) = fill_domains([run], ["night", "day"], Brightness())
    assert kept.columns.domains.tolist() == ["Food"]


def test_a_sentence_without_a_picture_has_no_domain(tmp_path: Path) -> None:
    root = write_detect_run(tmp_path / "run", [make_sentence(0, "correct", images=[])], [{}])
    (found,) = fill_domains([read_run(root)], ["night", "day"], Brightness())
    assert not has_domains(found)


def test_a_file_of_domains_has_a_name_a_line(tmp_path: Path) -> None:
    path = tmp_path / "domains.txt"
    path.write_text("night\n\n day \nnight\n", "utf-8")
    assert read_domains(path) == ["night", "day"]
    path.write_text("night\n", "utf-8")
    with pytest.raises(ConfigError, match="at least two"):
        read_domains(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_domains(tmp_path / "none.txt")


def test_an_embedder_of_the_command_line_names_domains_and_keeps_its_vectors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from support.tiny_clip import register, save_untrained

    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    register(tmp_path, "tiny-domains")
    weights = save_untrained(tmp_path, "tiny-domains")
    rows = [make_sentence(number, "incorrect" if number % 2 else "correct") for number in range(12)]
    root = write_detect_run(tmp_path / "run", rows, [{"score": str(number)} for number in range(12)])
    draw_pictures(root, 4)
    (tmp_path / "names.txt").write_text("night\nday\n", "utf-8")
    embedder = ["--embedder", "open_clip", "--model", "tiny-domains", "--pretrained", str(weights)]
    assert (
        main(["bench", "align", str(root), "--domains", str(tmp_path / "names.txt"), *embedder, "--json"])
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    (run,) = found["runs"]
    assert sum(one["correct"] + one["incorrect"] for one in run["domains"]) == 12
    assert {one["name"] for one in run["domains"]} <= {"night", "day"}
    assert "the likeliest of 2 names by" in found["notes"][0]
    assert list((tmp_path / "cache" / "embeddings").glob("*.npy"))
