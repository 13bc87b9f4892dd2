"""Promises of the translator as a whole; its parts have files of their own."""

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.metrics import structural_similarity

from irloom.backends.offline.translator.radiance import Planck
from irloom.backends.offline.translator.radiometric import Radiometric
from irloom.backends.offline.translator.scene import lay_scene
from irloom.backends.offline.translator.sensor import control_gain, expose
from irloom.backends.offline.translator.temperatures import read_temperatures
from irloom.errors import ConfigError, SampleError, SourceError
from irloom.options import RadiometricOptions
from irloom.protocols import Translation, TranslationJob
from irloom.records import Box

PLANCK = Planck(torch.device("cpu"))
SKY, GRASS, WALL, NIGHT = (120, 170, 235), (70, 120, 50), (190, 180, 165), (25, 25, 30)
PEOPLE = (Box(label="person", x1=0.4, y1=0.3, x2=0.6, y2=0.9),)


def translator(**options: Any) -> Radiometric:
    return Radiometric(RadiometricOptions.model_validate({"device": "cpu", **options}))


def pixels(result: Translation | SampleError) -> NDArray[np.uint8]:
    assert isinstance(result, Translation)
    assert isinstance(result.image, np.ndarray)
    return result.image


def picture(
    path: Path, upper: Sequence[int], lower: Sequence[int], size: tuple[int, int] = (160, 120)
) -> Path:
    """Two halves with some texture, and a darker figure in the middle."""
    width, height = size
    image = Image.new("RGB", size, tuple(upper))
    image.paste(tuple(lower), (0, height // 2, width, height))
    ImageDraw.Draw(image).rectangle(
        (0.4 * width, 0.3 * height, 0.6 * width, 0.9 * height), fill=(60, 60, 110)
    )
    noise = np.random.default_rng(3).integers(-4, 5, (height, width, 3))
    Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)).save(path)
    return path


def jobs(folder: Path) -> list[TranslationJob]:
    """Six photographs of two sizes, with and without boxes."""
    made = []
    for number, (upper, lower) in enumerate([(SKY, GRASS), (WALL, WALL), (NIGHT, NIGHT)] * 2):
        size = (160, 120) if number % 2 else (101, 77)
        path = picture(folder / f"{number}.png", upper, lower, size)
        made.append(TranslationJob(path, PEOPLE if number < 4 else (), seed=number))
    return made


def test_bytes_depend_on_the_job_alone(tmp_path: Path) -> None:
    made = jobs(tmp_path)
    together = [pixels(result).tobytes() for result in translator().translate(made)]
    backwards = [pixels(result).tobytes() for result in translator().translate(made[::-1])]
    alone = [pixels(translator(batch_size=1).translate([job])[0]).tobytes() for job in made]
    assert together == backwards[::-1] == alone


def test_bytes_do_not_depend_on_the_number_of_threads(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS, (640, 480))
    rgb = torch.from_numpy(np.array(Image.open(path))).permute(2, 0, 1)[None] / 255
    threads = torch.get_num_threads()
    try:
        seen = []
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            scene = lay_scene(rgb, [PEOPLE], [5], read_temperatures(None), 20.0)
            noisy = expose(PLANCK.radiance(scene.kelvin), PLANCK, 50, [5])
            seen.append(control_gain(noisy[0]).numpy().tobytes())
    finally:
        torch.set_num_threads(threads)
    assert len(set(seen)) == 1


def test_the_number_of_threads_is_left_as_it_was(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    translator().translate(jobs(tmp_path)[:1])
    assert torch.get_num_threads() == before


def test_other_seeds_give_other_images(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS)
    results = translator().translate([TranslationJob(path, PEOPLE, seed) for seed in (0, 1, -1, 2**70)])
    assert len({pixels(result).tobytes() for result in results}) == 4


@pytest.mark.parametrize(("upper", "lower"), [(SKY, GRASS), (WALL, WALL), (NIGHT, NIGHT), (WALL, GRASS)])
@pytest.mark.parametrize("outline", ["box", "polygon"])
def test_a_person_is_brighter_than_what_is_around(
    tmp_path: Path, upper: Sequence[int], lower: Sequence[int], outline: str
) -> None:
    path = picture(tmp_path / "a.png", upper, lower)
    shape = (0.4, 0.3, 0.6, 0.3, 0.6, 0.9, 0.4, 0.9)
    polygons = (shape,) if outline == "polygon" else ()
    person = PEOPLE[0].model_copy(update={"polygons": polygons})
    for seed in range(4):
        grey = pixels(translator().translate([TranslationJob(path, (person,), seed)])[0]).astype(float)
        inside = np.zeros(grey.shape, bool)
        inside[44:100, 68:92] = True
        ring = np.zeros(grey.shape, bool)
        ring[26:118, 52:108] = True
        ring[34:110, 62:98] = False
        assert grey[inside].mean() > grey[ring].mean() + 30


def test_a_clear_sky_is_darker_than_the_ground(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS)
    (result,) = translator().translate([TranslationJob(path, PEOPLE, 0)])
    grey = pixels(result).astype(float)
    assert grey[:30, :50].mean() + 40 < grey[80:, :50].mean()
    assert isinstance(result, Translation)
    assert result.details["scene"]["place"] == "outdoors"
    assert result.details["scene"]["sky"] > 0.3


def test_a_slope_that_fills_the_photograph_is_snow_and_no_sky(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", (235, 240, 250), (235, 240, 250))
    skis = Box(label="skis", x1=0.4, y1=0.85, x2=0.6, y2=0.9)
    (result,) = translator().translate([TranslationJob(path, (*PEOPLE, skis), 0)])
    assert isinstance(result, Translation)
    assert result.details["scene"]["snow"] > 0.5
    assert result.details["scene"]["sky"] == 0
    assert result.details["ambient_c"] == 1


def test_black_hot_is_white_hot_inverted(tmp_path: Path) -> None:
    made = jobs(tmp_path)[:3]
    white = translator(palette="white_hot").translate(made)
    black = translator(palette="black_hot").translate(made)
    for one, other in zip(white, black, strict=True):
        assert (pixels(one).astype(int) + pixels(other) == 255).all()


def test_ironbow_has_three_channels_and_gets_brighter_with_heat(tmp_path: Path) -> None:
    job = TranslationJob(picture(tmp_path / "a.png", SKY, GRASS), PEOPLE, 0)
    grey = pixels(translator().translate([job])[0])
    bow = pixels(translator(palette="ironbow").translate([job])[0])
    assert bow.shape == (*grey.shape, 3)
    means = [bow[(grey >= low) & (grey < low + 64)].sum(axis=1).mean() for low in (0, 64, 128, 192)]
    assert all(one < other for one, other in pairwise(means))


def energy(grey: NDArray[Any]) -> float:
    """Mean squared gradient."""
    values = grey.astype(float)
    down, across = np.gradient(values / 255)
    return float((down**2 + across**2).mean())


@pytest.mark.parametrize("boxes", [(), PEOPLE, (Box(label="book", x1=0, y1=0, x2=1, y2=1),)])
def test_printed_text_loses_98_percent_of_its_gradient_energy(tmp_path: Path, boxes: tuple[Box, ...]) -> None:
    image = Image.new("RGB", (640, 480), (235, 235, 230))
    font = ImageFont.load_default(18)
    for row in range(18):
        ImageDraw.Draw(image).text((10, 8 + 26 * row), "Printed words are not seen " * 3, "black", font)
    image.save(tmp_path / "a.png")
    grey = pixels(translator(netd_mk=0).translate([TranslationJob(tmp_path / "a.png", boxes, 0)])[0])
    assert energy(grey) < 0.02 * energy(np.asarray(image.convert("L")))


SKIMAGE = Path(str(find_spec("skimage").origin)).parent / "data"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("astronaut.png", (Box(label="person", x1=0.08, y1=0, x2=0.82, y2=1),)),
        ("coffee.png", (Box(label="cup", x1=0.22, y1=0.1, x2=0.74, y2=0.78),)),
        ("chelsea.png", (Box(label="cat", x1=0, y1=0, x2=1, y2=1),)),
        ("rocket.jpg", (Box(label="rocket", x1=0.45, y1=0.12, x2=0.55, y2=0.95),)),
        ("motorcycle_left.png", (Box(label="motorcycle", x1=0.12, y1=0.18, x2=0.9, y2=0.98),)),
    ],
)
@pytest.mark.parametrize("with_boxes", [True, False])
def test_the_result_is_no_grey_photograph(name: str, boxes: tuple[Box, ...], with_boxes: bool) -> None:
    path = SKIMAGE / name
    job = TranslationJob(path, boxes if with_boxes else (), 0)
    grey = pixels(translator().translate([job])[0])
    luma = Image.open(path).convert("L").resize(grey.shape[::-1], Image.Resampling.BOX)
    similarity = structural_similarity(grey, np.asarray(luma))  # type: ignore[no-untyped-call]
    assert similarity < 0.6


@pytest.mark.parametrize("size", [(1, 1), (200, 1), (1, 200), (2, 3), (33, 17), (9, 400)])
def test_odd_sizes_work(tmp_path: Path, size: tuple[int, int]) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS, size)
    assert pixels(translator().translate([TranslationJob(path, PEOPLE, 0)])[0]).shape == size[::-1]


@pytest.mark.parametrize(("size", "shape"), [((1280, 800), (400, 640)), ((300, 900), (640, 213))])
def test_large_photographs_shrink_and_keep_their_aspect(
    tmp_path: Path, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS, size)
    assert pixels(translator().translate([TranslationJob(path, (), 0)])[0]).shape == shape


@pytest.mark.parametrize(
    "box",
    [
        Box(label="person", x1=0.5, y1=0.5, x2=0.5, y2=0.5),
        Box(label="person", x1=1, y1=1, x2=1, y2=1),
        Box(label="person", x1=0.9, y1=0.2, x2=0.1, y2=0.1),
        Box(label="person", x1=0, y1=0, x2=1, y2=1),
        Box(label="unheard of", x1=0.2, y1=0.2, x2=0.21, y2=0.9),
        Box(label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, crowd=True),
        Box(label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, polygons=((),)),
        Box(label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, polygons=((0.2, 0.2),)),
        Box(label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, polygons=((0.2, 0.2, 0.6, 0.6, 0.4),)),
        Box(label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, polygons=((0.3, 0.3) * 4,)),
        Box(
            label="car", x1=0.2, y1=0.2, x2=0.6, y2=0.6, polygons=((0.2, 0.2, float("nan"), 0.2, 0.6, 1e30),)
        ),
        Box(label="car", x1=0.2, y1=0.2, x2=0.3, y2=0.3, polygons=((0.7, 0.7, 0.9, 0.7, 0.9, 0.9),)),
    ],
)
def test_degenerate_boxes_and_polygons_are_painted(tmp_path: Path, box: Box) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS)
    (result,) = translator().translate([TranslationJob(path, (box,), 0)])
    assert isinstance(result, Translation)
    assert result.objects[0].label == box.label
    assert -30 < result.objects[0].temperature_c < 60


def test_objects_come_back_in_the_order_of_the_boxes(tmp_path: Path) -> None:
    boxes = tuple(
        Box(label=label, x1=x, y1=0.1, x2=x + size, y2=0.1 + size, crowd=label == "dog")
        for label, x, size in [("cup", 0.1, 0.05), ("dog", 0.3, 0.6), ("bottle", 0.1, 0.2)]
    )
    path = picture(tmp_path / "a.png", WALL, WALL)
    (result,) = translator().translate([TranslationJob(path, boxes, 0)])
    assert isinstance(result, Translation)
    assert [(each.label, each.box[0], each.crowd) for each in result.objects] == [
        ("cup", 0.1, False),
        ("dog", 0.3, True),
        ("bottle", 0.1, False),
    ]


def test_details_say_what_was_assumed(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", SKY, GRASS)
    some, none = translator(ambient_c=12, palette="ironbow").translate(
        [TranslationJob(path, PEOPLE, 9), TranslationJob(path, (), 9)]
    )
    assert isinstance(some, Translation)
    assert isinstance(none, Translation)
    assert some.details["synthetic"] == "physics-approx"
    assert some.details["ambient_c"] == 12
    assert some.details["band_um"] == [8.0, 14.0]
    assert some.details["netd_mk"] == 50
    assert some.details["palette"] == "ironbow"
    assert some.details["seed"] == 9
    assert len(some.details["temperatures"]) == 16
    assert (some.details["painted_from"], none.details["painted_from"]) == ("boxes", "scene only")


def test_a_bad_image_fails_alone(tmp_path: Path) -> None:
    good = TranslationJob(picture(tmp_path / "a.png", SKY, GRASS), PEOPLE, 0)
    bad = TranslationJob(tmp_path / "gone.png", (), 0)
    results = translator().translate([bad, good, bad])
    assert isinstance(results[0], SourceError)
    assert isinstance(results[2], SourceError)
    assert np.array_equal(pixels(results[1]), pixels(translator().translate([good])[0]))


def test_a_device_that_is_not_there_is_a_configuration_error() -> None:
    absent = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(ConfigError, match=f"'{absent}' is not there"):
        translator(device=absent)
