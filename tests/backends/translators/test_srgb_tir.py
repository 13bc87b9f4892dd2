"""Promises of the sRGB-TIR translator, on random checkpoints that are a sixteenth as wide."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from pydantic import ValidationError

from irloom.backends.builders import build_translator
from irloom.backends.translators import srgb_tir
from irloom.backends.translators.munit import Generator
from irloom.backends.translators.munit_weights import load_generators
from irloom.backends.translators.srgb_tir import SrgbTir, _Loaded
from irloom.backends.translators.structure import compare_structure
from irloom.errors import AcceleratorFull, ConfigError, SampleError, SourceError, TranslationError
from irloom.options import SrgbTirOptions
from irloom.protocols import Translation, TranslationJob
from support.srgb_tir import draw_generator, write_checkpoint

LUMA = np.array([0.299, 0.587, 0.114])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Images this small gain nothing from threads, which wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("weights") / "w.pt")


def options(checkpoint: Path, **more: Any) -> SrgbTirOptions:
    return SrgbTirOptions.model_validate({"checkpoint": checkpoint, "device": "cpu", **more})


def translator(checkpoint: Path, **more: Any) -> SrgbTir:
    return SrgbTir(options(checkpoint, **more))


class Together(SrgbTir):
    """Sends batches through the network whole, as it does on an accelerator."""

    def _split(self, batch: Sequence[_Loaded]) -> list[Sequence[_Loaded]]:
        return [batch]


def picture(path: Path, width: int, height: int) -> Path:
    """A soft scene with a figure, another for each name and size."""
    generator = np.random.default_rng([width, height, *path.name.encode()])
    rows, columns = np.mgrid[0:height, 0:width]
    waves = generator.uniform(0.1, 0.5, (2, 3))
    scene = 120 + 60 * np.sin(rows[..., None] * waves[0]) + 50 * np.cos(columns[..., None] * waves[1])
    scene[height // 3 : height // 2, width // 3 : width // 2] = generator.integers(0, 255, 3)
    Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8)).save(path)
    return path


def jobs(folder: Path, *sizes: tuple[int, int]) -> list[TranslationJob]:
    return [
        TranslationJob(picture(folder / f"{number}.png", *size), (), seed=number)
        for number, size in enumerate(sizes)
    ]


def pixels(result: Translation | SampleError) -> NDArray[np.uint8]:
    assert isinstance(result, Translation), result
    assert isinstance(result.image, np.ndarray)
    return result.image


def details(result: Translation | SampleError) -> dict[str, Any]:
    assert isinstance(result, Translation)
    return dict(result.details)


def draw(checkpoint: Path, image: Path, codes: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the network draws for the reflected photograph: height x width x 3 in 0..1, cropped."""
    rgb = np.asarray(Image.open(image))
    height, width = rgb.shape[:2]
    padded = np.pad(rgb, ((0, -height % 4), (0, -width % 4), (0, 0)), mode="reflect")
    generators = load_generators(checkpoint)
    with torch.inference_mode():
        seen = torch.from_numpy(padded / 127.5 - 1).permute(2, 0, 1)[None].float()
        content = generators.visible.encode(seen)
        drawn = generators.thermal.decode(content, torch.from_numpy(codes).float()[None])
    cropped: NDArray[np.float64] = drawn[0, :, :height, :width].permute(1, 2, 0).double().numpy() / 2 + 0.5
    return cropped


def assert_near(found: NDArray[np.uint8], wanted: NDArray[np.float64]) -> None:
    """The same up to rounding of a value that lies between two greys."""
    assert found.shape == wanted.shape
    assert np.abs(found - np.clip(wanted, 0, 1) * 255).max() < 0.51


@pytest.mark.parametrize("size", [(40, 24), (41, 27), (42, 25), (43, 26)])
def test_an_image_is_what_the_network_draws_for_it_in_grey(
    tmp_path: Path, checkpoint: Path, size: tuple[int, int]
) -> None:
    (job,) = jobs(tmp_path, size)
    (result,) = translator(checkpoint, style_seed=3).translate([job])
    codes = np.random.default_rng(3).standard_normal(8)
    assert pixels(result).dtype == np.uint8
    assert_near(pixels(result), draw(checkpoint, job.image, codes) @ LUMA)
    assert pixels(result).std() > 5


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (9, 2), (5, 5), (8, 8), (64, 3), (61, 47)])
def test_every_size_comes_back_as_it_was(tmp_path: Path, checkpoint: Path, size: tuple[int, int]) -> None:
    made = jobs(tmp_path, size)
    for more in ({}, {"resize": (16, 24)}, {"stretch": True}):
        (result,) = translator(checkpoint, **more).translate(made)
        assert pixels(result).shape == size[::-1]


def test_the_stretch_runs_from_the_darkest_to_the_brightest_value_of_all_channels(
    tmp_path: Path, checkpoint: Path
) -> None:
    (job,) = jobs(tmp_path, (41, 27))
    (result,) = translator(checkpoint, stretch=True).translate([job])
    drawn = draw(checkpoint, job.image, np.random.default_rng(0).standard_normal(8))
    stretched = (drawn - drawn.min()) / (drawn.max() - drawn.min())
    assert_near(pixels(result), stretched @ LUMA)
    assert details(result)["stretch"] is True


@pytest.mark.parametrize(
    ("generator", "part", "counts"),
    [
        ("a", "enc_style", False),
        ("a", "enc_content", False),
        ("a", "dec", True),
        ("a", "mlp", True),
        ("b", "enc_style", False),
        ("b", "enc_content", True),
        ("b", "dec", False),
        ("b", "mlp", False),
    ],
)
def test_content_is_of_the_visible_generator_and_drawing_of_the_thermal_one(
    tmp_path: Path, checkpoint: Path, generator: str, part: str, counts: bool
) -> None:
    made = jobs(tmp_path, (24, 16))
    states = {"a": draw_generator(1), "b": draw_generator(2)}
    for name, value in states[generator].items():
        if name.startswith(part):
            states[generator][name] = value.flip(0)
    other = write_checkpoint(tmp_path / "w.pt", **states)
    before, after = (pixels(translator(path).translate(made)[0]) for path in (checkpoint, other))
    assert (before.tobytes() != after.tobytes()) is counts


@pytest.mark.parametrize("style", ["fixed", "per_image", "best_of"])
def test_bytes_depend_on_the_job_alone(tmp_path: Path, checkpoint: Path, style: str) -> None:
    made = jobs(tmp_path, (24, 16), (19, 13), (24, 16), (19, 13), (9, 7), (24, 16))
    together = translator(checkpoint, style=style, styles=3).translate(made)
    backwards = translator(checkpoint, style=style, styles=3).translate(made[::-1])
    alone = [translator(checkpoint, style=style, styles=3, batch_size=1).translate([job])[0] for job in made]
    assert [pixels(one).tobytes() for one in together] == [pixels(one).tobytes() for one in backwards[::-1]]
    assert [pixels(one).tobytes() for one in together] == [pixels(one).tobytes() for one in alone]
    assert [details(one) for one in together] == [details(one) for one in alone]


@pytest.mark.parametrize("style", ["fixed", "per_image", "best_of"])
def test_a_batch_on_an_accelerator_differs_by_a_grey_level_at_most(
    tmp_path: Path, checkpoint: Path, style: str
) -> None:
    made = jobs(tmp_path, *[(27, 18)] * 5)
    wanted = translator(checkpoint, style=style, styles=3).translate(made)
    found = Together(options(checkpoint, style=style, styles=3, batch_size=3)).translate(made)
    for one, other in zip(wanted, found, strict=True):
        assert np.abs(pixels(one).astype(int) - pixels(other)).max() <= 1
        assert details(one)["style_number"] == details(other)["style_number"]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes of what the network is given to encode."""
    shapes: list[tuple[int, ...]] = []
    encode = Generator.encode

    def note(self: Generator, images: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(images.shape))
        return encode(self, images)

    monkeypatch.setattr(Generator, "encode", note)
    return shapes


def test_images_of_one_size_share_a_batch_on_an_accelerator(
    tmp_path: Path, checkpoint: Path, encoded: list[tuple[int, ...]]
) -> None:
    made = jobs(tmp_path, (24, 16), (20, 12), (24, 16), (24, 16), (20, 12))
    Together(options(checkpoint, batch_size=2)).translate(made)
    assert encoded == [(2, 3, 16, 24), (2, 3, 12, 20), (1, 3, 16, 24)]
    encoded.clear()
    Together(options(checkpoint, batch_size=5, resize=(10, 12))).translate(made)
    assert encoded == [(5, 3, 12, 12)]


def test_on_the_cpu_each_image_goes_through_the_network_alone(
    tmp_path: Path, checkpoint: Path, encoded: list[tuple[int, ...]]
) -> None:
    translator(checkpoint, batch_size=4).translate(jobs(tmp_path, *[(24, 16)] * 3))
    assert encoded == [(1, 3, 16, 24)] * 3


def test_one_fixed_style_is_that_of_its_seed_for_all_images(tmp_path: Path, checkpoint: Path) -> None:
    path = picture(tmp_path / "a.png", 24, 16)
    made = [TranslationJob(path, (), seed) for seed in (0, 7)]
    one, other = translator(checkpoint).translate(made)
    assert pixels(one).tobytes() == pixels(other).tobytes()
    (elsewhere, _) = translator(checkpoint, style_seed=1).translate(made)
    assert pixels(one).tobytes() != pixels(elsewhere).tobytes()


def test_a_style_for_each_image_follows_its_seed(tmp_path: Path, checkpoint: Path) -> None:
    path = picture(tmp_path / "a.png", 24, 16)
    made = [TranslationJob(path, (), seed) for seed in (0, 1, -1, 2**70, 0)]
    results = translator(checkpoint, style="per_image").translate(made)
    images = [pixels(result).tobytes() for result in results]
    assert len(set(images)) == 4
    assert images[0] == images[4]
    others = translator(checkpoint, style="per_image", style_seed=1).translate(made)
    assert pixels(others[0]).tobytes() not in images
    assert [details(result)["seed"] for result in results] == [0, 1, -1, 2**70, 0]


def test_the_best_of_some_styles_keeps_most_structure(tmp_path: Path, checkpoint: Path) -> None:
    made = jobs(tmp_path, (32, 24), (32, 24), (31, 22), (40, 20))
    results = translator(checkpoint, style="best_of", styles=6, style_seed=2).translate(made)
    codes = np.random.default_rng(2).standard_normal((6, 8))
    chosen = []
    for job, result in zip(made, results, strict=True):
        drawn = [draw(checkpoint, job.image, code) @ LUMA for code in codes]
        photograph = torch.from_numpy(np.asarray(Image.open(job.image)) / 255 @ LUMA)[None]
        kept = [compare_structure(photograph, torch.from_numpy(grey)[None]).item() for grey in drawn]
        best = int(np.argmax(kept))
        assert details(result)["style_number"] == best
        assert details(result)["structure"] == pytest.approx(kept[best], abs=2e-3)
        assert_near(pixels(result), drawn[best])
        chosen.append(best)
    assert len(set(chosen)) > 1


def test_the_first_of_some_styles_is_the_fixed_one(tmp_path: Path, checkpoint: Path) -> None:
    made = jobs(tmp_path, *[(32, 24)] * 6)
    fixed = translator(checkpoint).translate(made)
    best = translator(checkpoint, style="best_of", styles=6).translate(made)
    assert {details(result)["style_number"] for result in fixed} == {0}
    for one, other in zip(fixed, best, strict=True):
        assert details(other)["structure"] >= details(one)["structure"]


def test_with_a_size_to_see_the_network_works_at_it_and_the_result_has_the_photographs(
    tmp_path: Path, checkpoint: Path
) -> None:
    (job,) = jobs(tmp_path, (41, 27))
    (result,) = translator(checkpoint, resize=(16, 24)).translate([job])
    with Image.open(job.image) as photograph:
        photograph.resize((24, 16), Image.Resampling.BICUBIC).save(tmp_path / "small.png")
    drawn = draw(checkpoint, tmp_path / "small.png", np.random.default_rng(0).standard_normal(8)) @ LUMA
    grown = Image.fromarray(drawn.astype(np.float32)).resize((41, 27), Image.Resampling.BICUBIC)
    assert_near(pixels(result), np.asarray(grown, dtype=np.float64))
    assert details(result)["seen_at"] == [24, 16]


@pytest.mark.parametrize("resize", [(400, 7), (0, 640), (400, 10_000)])
def test_a_size_that_no_network_can_see_is_refused(checkpoint: Path, resize: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="resize"):
        options(checkpoint, resize=resize)


def test_an_unreadable_image_fails_its_own_job_alone(tmp_path: Path, checkpoint: Path) -> None:
    good = jobs(tmp_path, (24, 16), (24, 16))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n")
    bad = [TranslationJob(tmp_path / name, (), 0) for name in ("broken.png", "missing.png")]
    results = translator(checkpoint).translate([bad[0], good[0], bad[1], good[1]])
    assert [type(result) for result in results] == [SourceError, Translation, SourceError, Translation]
    assert "broken.png cannot be decoded" in str(results[0])
    assert pixels(results[1]).tobytes() == pixels(translator(checkpoint).translate(good)[0]).tobytes()


def test_an_enormous_image_is_refused_before_it_is_decoded(tmp_path: Path, checkpoint: Path) -> None:
    (large, small) = translator(checkpoint, max_pixels=400).translate(jobs(tmp_path, (24, 17), (20, 20)))
    assert isinstance(large, SourceError)
    assert "more than max_pixels = 400" in str(large)
    assert isinstance(small, Translation)


def test_too_little_memory_halves_the_batch_and_is_told_once(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = jobs(tmp_path, *[(24, 16)] * 8)
    wanted = [pixels(result).astype(int) for result in translator(checkpoint).translate(made)]
    decode, tried = Generator.decode, []

    def limit(self: Generator, content: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        tried.append(len(content))
        if len(content) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return decode(self, content, styles)

    monkeypatch.setattr(Generator, "decode", limit)
    told: list[str] = []
    small = Together(options(checkpoint, batch_size=8), told.append)
    told.clear()
    for _ in range(2):
        for found, expected in zip(small.translate(made), wanted, strict=True):
            assert np.abs(pixels(found) - expected).max() <= 1
    assert tried == [8, 4, *[2] * 8]
    assert told == ["The accelerator's memory is too small for 8 at a time; going on with fewer."]


def test_an_image_that_does_not_fit_alone_fails_alone_and_says_what_helps(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Generator.decode

    def limit(self: Generator, content: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        if content.shape[-1] > 6:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return decode(self, content, styles)

    monkeypatch.setattr(Generator, "decode", limit)
    large, small = translator(checkpoint).translate(jobs(tmp_path, (40, 16), (24, 16)))
    assert isinstance(small, Translation)
    assert isinstance(large, AcceleratorFull)
    assert "0.png: it does not fit" in str(large)
    assert "set resize = [400, 640]" in str(large)


def test_an_image_that_the_machines_memory_cannot_hold_is_refused_before_it_ends_the_run(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(srgb_tir, "free_memory", lambda device: 1_000_000)
    made = jobs(tmp_path, (40, 16), (24, 16))
    large, small = translator(checkpoint).translate(made)
    assert isinstance(small, Translation)
    assert isinstance(large, AcceleratorFull)
    assert "0.png: 640 pixels need about 0.0 GiB of memory" in str(large)
    for more in ({"dtype": "bfloat16"}, {"resize": (16, 24)}):
        assert isinstance(translator(checkpoint, **more).translate(made)[0], Translation)


def test_numbers_that_overflow_are_an_error_and_no_black_image(tmp_path: Path) -> None:
    state = draw_generator(2)
    state["enc_content.model.0.conv.weight"].fill_(1e38)
    path = write_checkpoint(tmp_path / "w.pt", b=state)
    for style in ("fixed", "best_of"):
        (result,) = translator(path, style=style).translate(jobs(tmp_path, (24, 16)))
        assert isinstance(result, TranslationError)
        assert "0.png: the network's numbers overflowed in float32" in str(result)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_shorter_numbers_draw_nearly_the_same(tmp_path: Path, checkpoint: Path, dtype: str) -> None:
    made = jobs(tmp_path, (40, 24))
    exact = pixels(translator(checkpoint).translate(made)[0]).astype(int)
    short = pixels(translator(checkpoint, dtype=dtype).translate(made)[0])
    assert np.abs(exact - short).mean() < 4
    assert short.tobytes() != exact.astype(np.uint8).tobytes()


def test_the_result_says_how_it_was_made(tmp_path: Path, checkpoint: Path) -> None:
    (job,) = jobs(tmp_path, (41, 27))
    one, other = (
        translator(path) for path in (checkpoint, write_checkpoint(tmp_path / "w.pt", b=draw_generator(5)))
    )
    said = details(one.translate([job])[0])
    assert said["style"] == "fixed"
    assert said["style_seed"] == said["style_number"] == 0
    assert said["seen_at"] == [41, 27]
    assert 0 < said["structure"] < 1
    assert said["checkpoint"] != details(other.translate([job])[0])["checkpoint"]


def test_it_is_built_from_its_options_and_reports_what_it_leaves_out(checkpoint: Path) -> None:
    told: list[str] = []
    built = build_translator(options(checkpoint), told.append)
    assert isinstance(built, SrgbTir)
    assert built.name == "srgb_tir"
    assert len(told) == 1
    assert "32 running means and variances" in told[0]


def test_a_checkpoint_or_device_that_is_not_there_is_refused_when_built(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.pt' is no file"):
        translator(Path("nowhere.pt"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="device = 'cuda' is not there"):
        translator(checkpoint, device="cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_gpu_draws_what_the_cpu_draws(tmp_path: Path, checkpoint: Path, batch_size: int) -> None:
    made = jobs(tmp_path, *[(61, 47)] * 5)
    wanted = translator(checkpoint).translate(made)
    found = translator(checkpoint, device="cuda", batch_size=batch_size).translate(made)
    again = translator(checkpoint, device="cuda", batch_size=batch_size).translate(made)
    for one, other, same in zip(wanted, found, again, strict=True):
        assert np.abs(pixels(one).astype(int) - pixels(other)).mean() < 1
        assert pixels(other).tobytes() == pixels(same).tobytes()
