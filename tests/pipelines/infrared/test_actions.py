"""An infrared sample is translated and scored once; what is recorded of it is found again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.engine.batcher import Batcher
from irloom.engine.journal import Segment, Turn
from irloom.engine.models import Folders, Models
from irloom.engine.session import Session
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.engine.turns import sort_key
from irloom.errors import SampleError, ScoringError, SourceError
from irloom.export.prints import read_print
from irloom.lexicon import Lexicon
from irloom.pipelines.infrared import flow
from irloom.pipelines.infrared.actions import InfraredActions, InfraredBackends
from irloom.protocols import Scores, ScoringJob, Translation, TranslationJob
from irloom.records import Box, Fault, Infrared, Sample


class Attempt:
    """One attempt at the sample of a desk."""

    def __init__(self, session: Session, sample: Sample, backends: InfraredBackends) -> None:
        self._session = session
        actions = InfraredActions(session, sample, backends)
        self.translate, self.score = actions.translate, actions.score

    @property
    def turns(self) -> list[Turn]:
        return self._session.turns


class Desk:
    """A run's folder with one sample, and what its backends were asked."""

    def __init__(self, root: Path) -> None:
        self.folders = Folders(root / "run", root / "visible")
        for folder in (self.folders.root / "journal", self.folders.root / "images", self.folders.images):
            folder.mkdir(parents=True)
        self.root = self.folders.root
        Image.new("RGB", (8, 6), (9, 9, 9)).save(self.folders.images / "a.png")
        self.sample = Sample(id="A/1", image="a.png", captions=("A dog.",), width=8, height=6)
        self.jobs: list[TranslationJob] = []
        self.scored: list[ScoringJob] = []
        self.scores: Sequence[float] | SampleError = (0.25, 0.5)
        self.models = Models(chats={})
        self.settings = ("translator settings", "scorer settings")

    def _translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        self.jobs += jobs
        if not (self.folders.images / "a.png").exists():
            return [SourceError("a.png is gone") for _ in jobs]
        return [Translation(np.full((6, 8), len(self.jobs), np.uint8), details={"made": 1}) for _ in jobs]

    def _score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        self.scored += jobs
        return [
            self.scores if isinstance(self.scores, SampleError) else Scores(tuple(self.scores)) for _ in jobs
        ]

    def session(self, attempt: int = 1, earlier: Mapping[str, Turn] | None = None) -> Attempt:
        segment = Segment(self.root / "journal", self.sample.id, attempt)
        admission = Admission(self.sample.id, attempt, 0)
        session = Session(self.sample.id, admission, 0, self.folders, self.models, segment, by_flow, earlier)
        return Attempt(session, self.sample, self._backends())

    def _backends(self) -> InfraredBackends:
        return InfraredBackends(
            translator="fake-translator",
            translations=Batcher(self._translate, 4, wait_s=0.001),
            translation_settings=self.settings[0],
            scorer="fake-scorer",
            scores=Batcher(self._score, 4, wait_s=0.001),
            scoring_settings=self.settings[1],
            lexicon=Lexicon.load(None),
        )


def by_flow(turn: Turn) -> Any:
    return sort_key(turn, flow.stages, flow.tasks)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    running = {"metadata": {"langgraph_node": "translate"}}
    monkeypatch.setattr("langgraph.config.get_config", lambda: running)
    return Desk(tmp_path)


def earlier(session: Attempt) -> dict[str, Turn]:
    return {turn["key"]: turn for turn in session.turns}


async def test_a_replay_gives_the_same_and_works_nobody(desk: Desk) -> None:
    first = desk.session()
    infrared = await first.translate()
    assert isinstance(infrared, Infrared)
    scores = await first.score(0, infrared.image, ["a", "b"])
    again = desk.session()
    assert await again.translate() == infrared
    assert await again.score(0, infrared.image, ["a", "b"]) == scores == (0.25, 0.5)
    assert (len(desk.jobs), len(desk.scored)) == (1, 1)
    assert list(map(dump_line, again.turns)) == list(map(dump_line, first.turns))
    assert [(turn["stage"], turn["node"], turn["model"]) for turn in first.turns] == [
        ("translate", "translate", "fake-translator"),
        ("score", "score", "fake-scorer"),
    ]
    assert first.turns[0]["parameters"] == {"seed": desk.jobs[0].seed}


@pytest.mark.parametrize("change", ["boxes", "translator", "scorer"])
async def test_other_boxes_or_settings_are_other_work(change: str, desk: Desk) -> None:
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    first = desk.session()
    await first.translate()
    await first.score(0, infrared.image, ["a", "b"])
    if change == "boxes":
        box = Box(label="dog", x1=0, y1=0, x2=1, y2=1)
        desk.sample = desk.sample.model_copy(update={"boxes": (box,)})
    elif change == "translator":
        desk.settings = ("other", desk.settings[1])
    else:
        desk.settings = (desk.settings[0], "other")
    again = desk.session()
    await again.translate()
    await again.score(0, infrared.image, ["a", "b"])
    assert (len(desk.jobs), len(desk.scored)) == (1 if change == "scorer" else 2, 2)


async def test_infrared_images_that_are_given_keep_their_bytes(desk: Desk, tmp_path: Path) -> None:
    Image.new("L", (10, 4), 7).save(tmp_path / "given.JPG", "JPEG")
    given = [Translation(tmp_path / "given.JPG")]
    desk._translate = lambda jobs: list(given)  # type: ignore[method-assign]
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    assert infrared.image.endswith(".jpg")
    assert (infrared.width, infrared.height) == (10, 4)
    assert (desk.root / infrared.image).read_bytes() == (tmp_path / "given.JPG").read_bytes()
    (tmp_path / "given.JPG").unlink()
    (desk.root / infrared.image).unlink()
    fault = await desk.session().translate()
    assert isinstance(fault, Fault)
    assert (fault.stage, fault.error) == ("translate", "TranslationError")
    assert "given.JPG can no longer be read" in fault.message


async def test_an_image_whose_bytes_changed_is_made_again(desk: Desk) -> None:
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    path = desk.root / infrared.image
    path.write_bytes(path.read_bytes() + b"x")
    again = desk.session()
    made = await again.translate()
    assert isinstance(made, Infrared)
    assert (len(desk.jobs), made.sha256 != infrared.sha256) == (2, True)
    path.unlink()
    assert isinstance(await desk.session().translate(), Infrared)
    assert len(desk.jobs) == 3
    assert path.is_file()


async def test_a_new_visible_image_is_translated_anew(desk: Desk) -> None:
    await desk.session().translate()
    Image.new("RGB", (8, 6), (200, 0, 0)).save(desk.folders.images / "a.png")
    await desk.session().translate()
    assert len(desk.jobs) == 2


async def test_a_retry_keeps_an_infrared_image_that_is_whole(desk: Desk) -> None:
    first = desk.session()
    infrared = await first.translate()
    second = desk.session(2, earlier(first))
    assert await second.translate() == infrared
    assert len(desk.jobs) == 1
    assert second.turns[0]["paid_in"] == 1


async def test_an_infrared_image_lies_under_a_safe_name_with_what_its_maker_knows(desk: Desk) -> None:
    infrared = await desk.session().translate()
    assert isinstance(infrared, Infrared)
    assert Path(infrared.image).parent == Path("images")
    assert "/" not in Path(infrared.image).name
    assert (infrared.width, infrared.height, infrared.made_by, infrared.details) == (
        8,
        6,
        "fake-translator",
        {"made": 1},
    )
    assert [path.name for path in (desk.root / "images").iterdir()] == [Path(infrared.image).name]


async def test_an_unreadable_visible_image_is_the_sources_fault(desk: Desk) -> None:
    (desk.folders.images / "a.png").unlink()
    fault = await desk.session().translate()
    assert fault == Fault(stage="source", error="SourceError", message="a.png is gone")
    assert await desk.session().translate() == fault
    assert len(desk.jobs) == 1


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (ScoringError("no text"), "no text"),
        ((0.1, float("nan")), "2 texts were given these scores: (0.1, nan)"),
        ((float("inf"), 0.1), "2 texts were given these scores"),
        ((0.1,), "2 texts were given these scores: (0.1,)"),
        ((), "2 texts were given these scores: ()"),
    ],
)
async def test_scores_that_cannot_be_used_are_a_fault(scores: Any, said: str, desk: Desk) -> None:
    desk.scores = scores
    session = desk.session()
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    fault = await session.score(0, infrared.image, ["a", "b"])
    assert isinstance(fault, Fault)
    assert (fault.stage, fault.error, fault.caption) == ("score", "ScoringError", 0)
    assert said in fault.message


async def test_a_score_is_recorded_under_the_bytes_of_its_image(desk: Desk) -> None:
    session = desk.session()
    infrared = await session.translate()
    assert isinstance(infrared, Infrared)
    await session.score(0, infrared.image, ["a", "b"])
    (desk.root / infrared.image).unlink()
    again = desk.session()
    await again.translate()
    await again.score(0, infrared.image, ["a", "b"])
    assert len(desk.scored) == 2, "another image is scored anew"


@pytest.mark.parametrize("given", [False, True])
async def test_what_is_recorded_of_a_picture_is_what_exports_compare(
    given: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 80), dtype=np.uint8)
    path = desk.root.parent / "given.jpg"
    Image.fromarray(noise).save(path)
    monkeypatch.setattr(desk, "_translate", lambda jobs: [Translation(path if given else noise)])
    attempt = desk.session()
    infrared = await attempt.translate()
    assert isinstance(infrared, Infrared)
    seen = read_print(desk.root / infrared.image, looks=True)
    assert (infrared.sha256, infrared.phash) == (seen.sha256, f"{seen.code:016x}")
    assert attempt.turns[0]["result"]["phash"] == infrared.phash


def test_a_picture_of_an_earlier_irloom_is_dumped_as_it_was() -> None:
    about = {"image": "images/1.png", "sha256": "ab", "width": 8, "height": 6, "made_by": "x"}
    assert not {"phash", "measured"} & Infrared(**about).model_dump().keys()  # type: ignore[arg-type]
