"""What a question shows of its pictures: parts and marks, several in order, kept under old names."""

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from irloom.backends.shots import draw_shot
from irloom.engine.session import Act, Session
from irloom.errors import SourceError
from irloom.pipelines.evaluate import actions
from irloom.pipelines.evaluate.actions import EvaluationActions, Gallery
from irloom.pipelines.evaluate.pictures import (
    Shelf,
    VisibleFinder,
    digest_visible,
    fit_picture,
    name_file,
)
from irloom.pipelines.evaluate.records import Item, Mark, Shot, Wording
from irloom.pipelines.visible_maker import VisibleMaker
from irloom.protocols import Place
from irloom.records import Fault
from irloom.sources.location import Finder

BOX = Mark(box=(20, 15, 50, 40), label="A")


def ground(level: int, size: tuple[int, int] = (80, 60)) -> Image.Image:
    return Image.new("RGB", size, (level, level, level))


def changed(picture: Image.Image, level: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which pixels stand out from the ground."""
    return np.asarray(np.abs(np.asarray(picture, dtype=int) - level).max(axis=2) > 100)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("mark", [Mark(box=(20, 15, 50, 40)), Mark(point=(40, 30))])
def test_a_mark_stands_out_from_dark_and_bright_ground(level: int, mark: Mark) -> None:
    seen = changed(draw_shot(ground(level), Shot(name="x", marks=(mark,)), None), level)
    assert seen.sum() > 25
    rows, columns = np.nonzero(seen)
    assert 13 <= rows.min() <= 30 <= rows.max() <= 42
    assert 18 <= columns.min() <= 40 <= columns.max() <= 52
    assert not seen[30, 40], "what is inside stays visible"


def test_a_label_stands_beside_its_mark_and_inside_the_picture() -> None:
    for box in ((20, 30, 50, 45), (0, 0, 30, 10), (60, 2, 80, 20)):
        bare = draw_shot(ground(0), Shot(name="x", marks=(Mark(box=box),)), None)
        named = draw_shot(ground(0), Shot(name="x", marks=(Mark(box=box, label="Car 1"),)), None)
        rows, columns = np.nonzero(np.asarray(bare) != np.asarray(named))[:2]
        assert rows.size > 30, box
        assert rows.max() < box[1] or rows.min() >= box[3], box
        assert columns.max() < 80


def test_a_crop_is_the_pixels_of_its_place_and_marks_move_with_it() -> None:
    pixels = np.arange(60 * 80 * 3, dtype=np.uint32).reshape(60, 80, 3).astype(np.uint8)
    cropped = draw_shot(Image.fromarray(pixels), Shot(name="x", crop=(10, 5, 70, 55)), None)
    assert np.array_equal(np.asarray(cropped), pixels[5:55, 10:70])
    whole = changed(draw_shot(ground(0), Shot(name="x", marks=(Mark(box=(20, 15, 50, 40)),)), None), 0)
    part = Shot(name="x", crop=(10, 5, 70, 55), marks=(Mark(box=(20, 15, 50, 40)),))
    assert np.array_equal(changed(draw_shot(ground(0), part, None), 0), whole[5:55, 10:70])


def test_a_part_is_made_smaller_after_it_was_cut_out_and_before_it_is_marked() -> None:
    shot = Shot(name="x", crop=(100, 0, 500, 200), marks=(Mark(box=(200, 40, 300, 160)),))
    shown = draw_shot(ground(0, (600, 400)), shot, 100)
    assert shown.size == (100, 50)
    rows, columns = np.nonzero(changed(shown, 0))
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (25, 50, 10, 40)


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        (Shot(name="x", crop=(10, 10, 10, 20)), "the crop (10, 10, 10, 20) holds no pixel"),
        (Shot(name="x", crop=(10, 30, 20, 20)), "holds no pixel"),
        (Shot(name="x", crop=(80, 0, 80.9, 20)), "holds no pixel"),
        (Shot(name="x", crop=(0, 0, 90, 20)), "leads out of the picture, which is 80 x 60"),
        (Shot(name="x", crop=(-5, 0, 20, 20)), "leads out of the picture"),
        (Shot(name="x", marks=(Mark(box=(5, 5, 5, 9)),)), "the mark (5, 5, 5, 9) holds no pixel"),
        (Shot(name="x", marks=(Mark(point=(81, 5)),)), "the mark (81, 5) lies outside of what is shown"),
        (Shot(name="x", crop=(0, 0, 9, 9), marks=(BOX,)), "lies outside of what is shown, (0, 0, 9, 9)"),
    ],
)
def test_what_cannot_be_shown_is_an_error_of_the_source(shot: Shot, said: str) -> None:
    with pytest.raises(SourceError, match="x: ") as caught:
        draw_shot(ground(0), shot, None)
    assert said in str(caught.value)


def test_a_crop_may_stand_over_the_picture_by_a_pixel_of_rounding() -> None:
    assert draw_shot(ground(0), Shot(name="x", crop=(-0.6, 0, 80.4, 60.9)), None).size == (80, 60)


def test_a_mark_has_one_place_and_a_label_that_can_be_drawn() -> None:
    for wrong in ({}, {"box": (0, 0, 1, 1), "point": (0, 0)}):
        with pytest.raises(ValidationError, match="either a box or a point"):
            Mark.model_validate(wrong)
    with pytest.raises(ValidationError, match="use printable ASCII"):
        Mark(point=(0, 0), label="热")
    with pytest.raises(ValidationError, match="finite"):
        Mark(point=(float("nan"), 0))


def test_a_plain_picture_stays_as_it_is_and_an_altered_one_becomes_a_png(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    ground(9).save(path)
    assert fit_picture(path, None, Shot(name="x.jpg")) == (path.read_bytes(), ".jpg")
    content, suffix = fit_picture(path, None, Shot(name="x.jpg", crop=(0, 0, 10, 10)))
    with Image.open(io.BytesIO(content)) as picture:
        assert (suffix, picture.format, picture.size) == (".png", "PNG", (10, 10))


class Watched:
    """A session that does every act, and keeps what it was asked."""

    def __init__(self, root: Path) -> None:
        self.folders = SimpleNamespace(root=root)
        self.acts: list[Act[Any]] = []

    async def act(self, act: Act[Any]) -> Any:
        self.acts.append(act)
        return act.read(await act.work(0))

    def hash_of(self, image: str) -> str:
        return hashlib.sha256((self.folders.root / image).read_bytes()).hexdigest()


class Painter:
    """An editor of the tests' own."""

    name, settings, prompt, seed = "diffusers", "s", "p", 123

    async def make(self, path: Path) -> bytes:
        return b"made of " + path.read_bytes()


def watch(
    tmp_path: Path, shots: tuple[Shot, ...], visible: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Watched, EvaluationActions]:
    """The actions of a question whose pictures lie in `ir`."""
    for name in ("ir", "run"):
        (tmp_path / name).mkdir(exist_ok=True)
    for shot in shots:
        ground(9).save(tmp_path / "ir" / shot.name)
    monkeypatch.setattr(actions, "here", lambda agent, stage: Place(agent, "node", stage))
    finder = Finder(tmp_path / "ir", (tmp_path / "ir").resolve())
    session = Watched(tmp_path / "run")
    item = Item(
        id="q",
        images=shots,
        dimension="d",
        group="g",
        answer="yes",
        wordings={"en": Wording(question="?", options={})},
    )
    gallery = Gallery(
        shelf=Shelf(tmp_path / "run"), folder="infrared", max_side=None, infrared=finder, visible=visible
    )
    return session, EvaluationActions(cast(Session, session), item, gallery, cast(Any, None))


def run(make: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await make()

    return asyncio.run(main())


def test_one_picture_that_is_shown_as_it_is_has_the_key_and_the_name_of_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "VisibleMaker", Painter)
    session, acting = watch(tmp_path, (Shot(name="x.png"),), Painter(), monkeypatch)
    infrared = run(acting.bring)
    digest = hashlib.sha256((tmp_path / "ir/x.png").read_bytes()).hexdigest()
    (visible,) = run(lambda: acting.show(infrared))
    brought, made = (act.content for act in session.acts)
    assert brought == {"image": digest, "max_side": None}
    assert made == {"editor": "diffusers", "settings": "s", "image": digest, "prompt": "p", "seed": 123}
    assert infrared == (f"{name_file('infrared', 'x.png', digest, None)}.png",)
    assert visible == f"{name_file('visible', 'x.png', sorted(made.items()))}.png"
    # As irloom named them before a question could show several pictures: runs of then go on.
    assert name_file("infrared", "a/x.png", "ab", None) == "images/infrared/x-3f76937f47"
    assert name_file("visible", "a/x.png", "ab", 640) == "images/visible/x-aba6dc4152"
    plain = {"editor": "diffusers", "settings": "s", "image": "ab", "prompt": "p", "seed": 123}
    assert name_file("visible", "x.jpg", sorted(plain.items())) == "images/visible/x-d692c26425"


def test_several_pictures_come_in_order_and_each_has_a_key_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "VisibleMaker", Painter)
    whole, part = Shot(name="x.png"), Shot(name="x.png", crop=(0, 0, 9, 9), marks=(Mark(point=(3, 3)),))
    session, acting = watch(tmp_path, (whole, part, whole), Painter(), monkeypatch)
    infrared = run(acting.bring)
    assert infrared[0] == infrared[2] != infrared[1]
    contents = [act.content for act in session.acts]
    assert [one.get("picture") for one in contents] == [None, 1, 2]
    assert contents[1]["crop"] == (0, 0, 9, 9)
    visible = run(lambda: acting.show(infrared))
    assert visible[0] == visible[2] != visible[1], "the editor gets the part that is shown"
    digests = [act.content["image"] for act in session.acts[3:]]
    assert digests == [session.hash_of(path) for path in infrared]


def test_a_given_translation_is_cropped_and_marked_alike_and_must_have_the_same_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rgb").mkdir()
    shot = Shot(name="x.png", crop=(0, 0, 40, 30), marks=(BOX,))
    Image.new("RGB", (80, 60), (9, 90, 20)).save(tmp_path / "rgb/x.png")
    _, acting = watch(tmp_path, (shot,), VisibleFinder(tmp_path / "rgb"), monkeypatch)
    (infrared,) = run(acting.bring)
    (visible,) = run(lambda: acting.show((infrared,)))
    with Image.open(tmp_path / "run" / infrared) as one, Image.open(tmp_path / "run" / visible) as other:
        assert one.size == other.size == (40, 30)
        drawn, ground_of_other = np.asarray(one)[15, 20], np.asarray(other)[5, 5]
        assert np.array_equal(drawn, np.asarray(other)[15, 20])
        assert ground_of_other.tolist() == [9, 90, 20]

    Image.new("RGB", (160, 120)).save(tmp_path / "rgb/x.png")
    fault = run(lambda: acting.show((infrared,)))
    assert isinstance(fault, Fault)
    assert fault.stage == "source"
    assert "is 160 x 120 and its infrared image 80 x 60" in fault.message


def test_an_ask_that_shows_pictures_of_a_question_without_any_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, acting = watch(tmp_path, (), None, monkeypatch)
    fault = run(acting.bring)
    assert isinstance(fault, Fault)
    assert fault.message == "the question names no image, and an ask of it shows one"


def test_a_maker_is_what_the_actions_take_for_one() -> None:
    assert {"name", "settings", "prompt", "seed", "make"} <= set(dir(VisibleMaker)), (
        "so that Painter is like it"
    )


def test_of_visible_images_the_one_of_the_same_name_is_taken_else_the_only_other(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "b.png", "c.png", "c.webp"):
        ground(9).save(tmp_path / name)
    finder = VisibleFinder(tmp_path)
    found = [finder.find(Shot(name=name))[0].name for name in ("a.png", "a.jpg", "b.jpg")]
    assert found == ["a.png", "a.jpg", "b.png"]
    with pytest.raises(SourceError, match=r"c.jpg has several visible-light images, c.png and c.webp"):
        finder.find(Shot(name="c.jpg"))
    with pytest.raises(SourceError, match=r"d.jpg has no visible-light image"):
        finder.find(Shot(name="d.jpg"))


@pytest.mark.parametrize("suffix", [".JPG", ".PNG", ".jpeg", ".bmp", ".gif", ".tif", ".TIFF", ".webp"])
def test_a_visible_image_is_found_and_shown_whatever_form_it_has(tmp_path: Path, suffix: str) -> None:
    ground(9).save(tmp_path / f"a{suffix}")
    path, shot = VisibleFinder(tmp_path).find(Shot(name="a.png"))
    assert path.name == f"a{suffix}"
    content, _ = fit_picture(path, None, shot)
    assert Image.open(io.BytesIO(content)).size == ground(9).size


def test_the_digest_of_visible_images_tells_names_and_sizes(tmp_path: Path) -> None:
    shots = [Shot(name="a.png"), Shot(name="b.png")]
    ground(9).save(tmp_path / "a.png")
    digests = [digest_visible(VisibleFinder(tmp_path), shots)]
    for size in ((80, 60), (90, 60)):
        ground(9, size).save(tmp_path / "b.png")
        (tmp_path / "other.txt").write_text("not asked of")
        digests += [
            digest_visible(VisibleFinder(tmp_path), shots),
            digest_visible(VisibleFinder(tmp_path), shots),
        ]
    assert digests[1] == digests[2]
    assert digests[3] == digests[4]
    assert len(set(digests)) == 3
