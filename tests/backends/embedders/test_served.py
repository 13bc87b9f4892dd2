"""A real endpoint on loopback: what is sent, what is asked again, and what is said when it cannot be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from PIL import Image

from irloom.backends.embedders.served import Served
from irloom.errors import ConfigError, EndpointGone, EndpointRefused, ScoringError, SourceError
from irloom.options import ServedOptions
from irloom.protocols import Query
from support.chat_server import refuse
from support.embedding_server import EmbeddingServer


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    found = EmbeddingServer()
    yield found
    found.stop()


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(12)]
    for number, path in enumerate(paths):
        Image.new("RGB", (8, 8), (20 * number, 240, 255 - 20 * number)).save(path)
    return paths


def start(server: EmbeddingServer, **options: Any) -> Served:
    fixed = {"model": "seer", "base_url": server.url, "first_backoff_s": 0.01, "timeout_s": 10}
    return Served(ServedOptions.model_validate({**fixed, **options}))


def expect(number: int) -> Any:
    colour = np.array([20 * number, 240, 255 - 20 * number], dtype=float)
    return pytest.approx(colour / np.linalg.norm(colour), abs=1e-6)


def test_rows_are_of_length_one_and_in_order_and_requests_are_bounded(
    server: EmbeddingServer, images: list[Path]
) -> None:
    rows = start(server, max_in_flight=4).embed_images(images)
    for number, row in enumerate(rows):
        assert row == expect(number)
    assert 1 < server.peak <= 4
    assert len(server.bodies) == 12


def test_images_go_as_chat_messages_with_the_instruction_and_words_alone_as_input(
    server: EmbeddingServer, images: list[Path]
) -> None:
    embedder = start(server, max_in_flight=1)
    embedder.embed_queries([Query(images[0], "Make it red."), Query(images[0], None), Query(None, "red")])
    embedder.embed_images(images[:1])
    both, image, text, gallery = server.bodies
    (message,) = both["messages"]
    assert (both["model"], message["role"]) == ("seer", "user")
    picture, words = message["content"]
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")
    asked = "given an image, find a similar everyday image with the described changes"
    assert words == {"type": "text", "text": f"{asked}: Make it red."}
    assert image["messages"][0]["content"][1]["text"] == asked
    assert (text["input"], "messages" in text) == (f"{asked}: red", False)
    assert gallery["messages"][0]["content"][1]["text"] == "represent the given image"


def test_what_may_pass_is_asked_again(server: EmbeddingServer, images: list[Path]) -> None:
    faults: dict[int, web.Response] = {
        1: refuse(429, "slow down", headers={"Retry-After": "0.05"}),
        3: refuse(500, "trouble"),
        4: web.json_response({"data": []}),
        6: web.Response(body=b"{"),
        7: web.json_response({"data": [{"embedding": [1.0, None, 2.0]}]}),
    }
    server.fault = faults.get
    rows = start(server, max_in_flight=3).embed_images(images)
    assert [row.tolist() for row in rows] == [expect(number) for number in range(12)]
    assert len(server.bodies) == 12 + len(faults)


def test_an_image_that_is_refused_for_good_is_named(server: EmbeddingServer, images: list[Path]) -> None:
    server.fault = lambda before: refuse(400, "the image is too small") if before >= 3 else None
    with pytest.raises(ScoringError, match=r"\d\.png cannot be embedded: HTTP 400: the image is too small"):
        start(server).embed_images(images)


def test_trouble_that_does_not_end_is_given_up_and_the_item_named(server: EmbeddingServer) -> None:
    server.fault = lambda before: web.json_response({"data": []})
    with pytest.raises(ScoringError, match=r"'red' cannot be embedded: .* one embedding \(asked 3 times\)"):
        start(server, max_retries=2).embed_queries([Query(None, "red")])
    assert len(server.bodies) == 3


def test_a_wrong_key_and_an_unknown_model_cost_one_request_and_say_so(
    server: EmbeddingServer, images: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.key = "right"
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    with pytest.raises(EndpointRefused, match=r"refuses the key .* variable OPENAI_API_KEY"):
        start(server).embed_images(images)
    monkeypatch.setenv("OPENAI_API_KEY", "right")
    with pytest.raises(EndpointRefused, match="does not know model 'blind'"):
        start(server, model="blind").embed_images(images)
    assert server.bodies == []
    assert len(start(server).embed_images(images[:1])) == 1


def test_vectors_of_two_sizes_are_refused(server: EmbeddingServer, images: list[Path]) -> None:
    short = web.json_response({"data": [{"embedding": [1.0, 2.0]}]})
    server.fault = lambda before: short if before == 5 else None
    with pytest.raises(ScoringError, match="gives vectors of 3 and of 2 numbers"):
        start(server).embed_images(images)


def test_an_endpoint_that_is_not_there_and_an_image_that_is_not_are_messages(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=r"gone\.png cannot be sent"):
        start(server).embed_images([tmp_path / "gone.png"])
    with pytest.raises(EndpointGone):
        start(server, base_url="http://127.0.0.1:9/v1", outage_s=0).embed_queries([Query(None, "red")])


def test_without_a_key_the_address_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        Served(ServedOptions(model="seer"))
