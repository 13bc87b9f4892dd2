import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from PIL import Image

from irloom.backends.scorers.cosine import Cosine, Towers, place_model
from irloom.backends.scorers.frames import Frame
from irloom.errors import AcceleratorFull, ConfigError, SampleError, ScoringError
from irloom.options import OpenClipOptions
from irloom.protocols import Scores, ScoringJob

WORDS = 4
MEANING = {"dark": (1.0, 0.0), "bright": (0.0, 1.0), "dim": (1.0, 1.0), "broken": (math.nan, 1.0)}


class Model:
    """Sees a picture as its brightness and reads a text as a mixture of its words; notes what it is given."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.seen: list[int] = []
        self.read_texts: list[str] = []

    def see(self, pictures: torch.Tensor) -> torch.Tensor:
        if len(pictures) > self.room:
            raise torch.OutOfMemoryError
        self.seen.append(len(pictures))
        light = pictures.mean(dim=(1, 2, 3)).clamp(0, 1)
        return torch.stack([1 - light, light], dim=1)

    def tokenize(self, texts: Sequence[str]) -> torch.Tensor:
        self.read_texts += texts
        return torch.tensor([self._mean(text) for text in texts])

    def _mean(self, text: str) -> tuple[float, float]:
        vectors = [MEANING[word] for word in text.rstrip(".").split() if word in MEANING]
        return (sum(v[0] for v in vectors), sum(v[1] for v in vectors))

    @property
    def towers(self) -> Towers:
        return Towers(
            frame=Frame(8, 8, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "center"),
            see=self.see,
            tokenize=self.tokenize,
            fits=lambda text: len(text.split()) <= WORDS,
            read=lambda tokens: tokens,
            device=torch.device("cpu"),
            dtype=torch.float32,
        )


def build(model: Model, said: list[str] | None = None, **options: Any) -> Cosine:
    return Cosine(model.towers, OpenClipOptions(**options), (said if said is not None else []).append)


def save(path: Path, grey: int) -> Path:
    Image.fromarray(np.full((12, 16), grey, np.uint8)).save(path)
    return path


@pytest.fixture
def black(tmp_path: Path) -> Path:
    return save(tmp_path / "black.png", 0)


@pytest.fixture
def white(tmp_path: Path) -> Path:
    return save(tmp_path / "white.png", 255)


def values(result: Scores | SampleError) -> tuple[float, ...]:
    assert isinstance(result, Scores), result
    return result.values


def job(image: Path, *captions: str) -> ScoringJob:
    return ScoringJob(image, captions, ())


def test_the_score_is_the_cosine_of_picture_and_caption(black: Path, white: Path) -> None:
    captions = ("dark", "bright", "dim")
    one, other = build(Model()).score([job(black, *captions), job(white, *captions)])
    assert values(one) == (1.0, 0.0, round(math.sqrt(0.5), 6))
    assert values(other) == (0.0, 1.0, round(math.sqrt(0.5), 6))
    assert isinstance(one, Scores)
    assert one.details == {}


def test_a_long_caption_gets_the_mean_of_its_sentences_and_their_lowest_score_is_kept(black: Path) -> None:
    (result,) = build(Model()).score([job(black, "dark", "all dark here. all bright there.", "bright")])
    assert isinstance(result, Scores)
    assert result.values == (1.0, 0.5, 0.0)
    assert result.details == {"split": [{"text": 1, "parts": 2, "mean": 0.5, "min": 0.0}]}


def test_each_part_of_a_split_caption_stands_in_the_template(black: Path) -> None:
    model = Model()
    build(model, template="see {}").score([job(black, "dark here", "one dark two. bright four five.")])
    assert model.read_texts == ["see dark here", "see one dark two.", "see bright four five."]
    build(model := Model(), template="see {}").score([job(black, "one dark two three")])
    assert model.read_texts == ["see one dark", "see two three"], "the template takes its room"


def test_a_template_without_room_is_a_users_mistake() -> None:
    with pytest.raises(ConfigError, match="leaves no room for a caption: shorten it"):
        build(Model(), template="an infrared photo of {}")


@pytest.mark.parametrize("template", ["no place", "{} {}", "{name}"])
def test_a_template_without_one_place_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        OpenClipOptions(template=template)


def test_a_picture_is_seen_once_for_all_its_captions_in_whichever_batch(black: Path, white: Path) -> None:
    model = Model()
    scorer = build(model)
    scorer.score([job(black, "dark"), job(black, "bright"), job(white, "dark")])
    scorer.score([job(black, "dim"), job(white, "dim")])
    assert model.seen == [2]
    assert model.read_texts == ["dark", "bright", "dim"]


def test_another_picture_by_the_same_name_is_seen_anew(black: Path) -> None:
    scorer = build(Model())
    assert values(scorer.score([job(black, "dark")])[0]) == (1.0,)
    save(black, 255)
    assert values(scorer.score([job(black, "dark")])[0]) == (0.0,)


def test_pictures_and_texts_come_in_batches(tmp_path: Path) -> None:
    model = Model()
    jobs = [job(save(tmp_path / f"{index}.png", index), "dark") for index in range(5)]
    build(model, batch_size=2).score(jobs)
    assert model.seen == [2, 2, 1]


def test_a_bad_job_is_its_own_error_and_leaves_the_others_alone(black: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.png"
    torn.write_bytes(black.read_bytes()[:40])
    jobs = [
        job(black, "dark"),
        job(tmp_path / "none.png", "dark"),
        job(torn, "dark", "bright"),
        job(black),
        ScoringJob(black, cast(Any, (None,)), ()),
        job(black, "broken"),
        job(black, "bright"),
    ]
    results = build(Model()).score(jobs)
    assert [type(result) for result in results] == [Scores, *[ScoringError] * 5, Scores]
    for result, reason in zip(
        results[1:6],
        ["none.png cannot be read", "torn.png", "without a caption", "is no text", "dtype = 'float32'"],
        strict=True,
    ):
        assert reason in str(result)


def test_where_memory_runs_out_it_goes_on_with_fewer_pictures(tmp_path: Path) -> None:
    model, said = Model(room=2), list[str]()
    jobs = [job(save(tmp_path / f"{index}.png", 60 * index), "bright") for index in range(5)]
    results = build(model, said, batch_size=5).score(jobs)
    assert model.seen == [2, 2, 1]
    assert len(said) == 1
    scores = [values(result)[0] for result in results]
    assert scores == sorted(scores), "each picture has its own score"


def test_a_picture_that_does_not_fit_alone_names_itself_and_a_way_out(black: Path) -> None:
    one, other = build(Model(room=0)).score([job(black, "dark"), job(black, "dim")])
    assert isinstance(one, AcceleratorFull)
    assert isinstance(other, AcceleratorFull)
    assert one is not other
    assert "black.png cannot be scored" in str(one)
    assert "device = 'cpu'" in str(one)


def test_a_model_that_the_device_has_no_room_for_is_a_users_mistake() -> None:
    class Huge(torch.nn.Linear):
        def _apply(self, fn: Any, recurse: bool = True) -> Any:
            raise torch.OutOfMemoryError

    with pytest.raises(ConfigError, match="does not fit into the memory of 'cpu': choose dtype"):
        place_model(Huge(1, 1), torch.device("cpu"), torch.float32)
