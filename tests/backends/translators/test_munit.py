"""The network against the arithmetic that its paper and its published weights imply, spelt out here."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from irloom.backends.translators.munit import Generator, Widths, name_unused_buffers
from support.srgb_tir import State, draw_generator, list_entries

EPSILON = 1e-5


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Images this small gain nothing from threads, which wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def build(state: State) -> Generator:
    generator = Generator(Widths(first=len(state["enc_content.model.0.conv.bias"]), hidden=16))
    unused = name_unused_buffers(generator)
    generator.load_state_dict({name: value for name, value in state.items() if name not in unused})
    return generator.eval()


def convolve(state: State, name: str, images: Tensor, stride: int = 1) -> Tensor:
    weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
    around = (weight.shape[-1] - stride) // 2
    return functional.conv2d(functional.pad(images, [around] * 4, "reflect"), weight, bias, stride)


def normalize(images: Tensor) -> Tensor:
    mean = images.mean(dim=(2, 3), keepdim=True)
    variance = images.var(dim=(2, 3), keepdim=True, correction=0)
    return (images - mean) / (variance + EPSILON).sqrt()


def encode(state: State, images: Tensor) -> Tensor:
    for number, stride in enumerate((1, 2, 2)):
        images = normalize(convolve(state, f"enc_content.model.{number}.conv", images, stride)).relu()
    for block in range(4):
        name = f"enc_content.model.3.model.{block}.model"
        inner = normalize(convolve(state, f"{name}.0.conv", images)).relu()
        images = images + normalize(convolve(state, f"{name}.1.conv", inner))
    return images


def decode(state: State, content: Tensor, style: Tensor) -> Tensor:
    """One image in one style; the style network's numbers are used up in order, shift before scale."""
    codes = style
    for number in range(3):
        codes = state[f"mlp.model.{number}.fc.weight"] @ codes + state[f"mlp.model.{number}.fc.bias"]
        codes = codes.relu() if number < 2 else codes
    parts = iter(codes.view(-1, content.shape[1]))
    images = content
    for block in range(4):
        inner = images
        for layer in range(2):
            inner = normalize(convolve(state, f"dec.model.0.model.{block}.model.{layer}.conv", inner))
            shift, scale = next(parts)[:, None, None], next(parts)[:, None, None]
            inner = inner * scale + shift
            inner = inner.relu() if layer == 0 else inner
        images = images + inner
    for number in (2, 4):
        images = images.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        images = convolve(state, f"dec.model.{number}.conv", images)
        images = (images - images.mean()) / (images.std(correction=1) + EPSILON)
        gamma, beta = (state[f"dec.model.{number}.norm.{name}"] for name in ("gamma", "beta"))
        images = (images * gamma[:, None, None] + beta[:, None, None]).relu()
    return convolve(state, "dec.model.5.conv", images).tanh()


def test_a_published_generator_has_82_entries_and_15026187_weights() -> None:
    with torch.device("meta"):
        generator = Generator(Widths())
    weights = {name: tuple(value.shape) for name, value in generator.state_dict().items()}
    published = list_entries()
    unused = {name for name in published if "running" in name}
    assert len(published) == 82
    assert weights == {name: shape for name, shape in published.items() if name not in unused}
    assert sum(value.numel() for value in generator.state_dict().values()) == 15_026_187
    assert unused <= name_unused_buffers(generator)


def test_unused_buffers_are_those_of_the_nineteen_instance_norms() -> None:
    with torch.device("meta"):
        names = name_unused_buffers(Generator(Widths()))
    encoder = [f"enc_content.model.{number}" for number in range(3)]
    places = [
        f"{where}.model.{block}.model.{layer}"
        for where in ("enc_content.model.3", "dec.model.0")
        for block in range(4)
        for layer in range(2)
    ]
    assert names == {
        f"{place}.norm.running_{what}" for place in [*encoder, *places] for what in ("mean", "var")
    }


@pytest.mark.parametrize("faint", [1.0, 1e-5])
def test_the_network_computes_what_its_layers_say(faint: float) -> None:
    """With faint decoder weights, epsilon decides: it is added to the deviation, not to the variance."""
    state = draw_generator(1)
    for name in ("dec.model.2.conv.weight", "dec.model.2.conv.bias"):
        state[name] = state[name] * faint
    generator = build(state)
    image = torch.rand((1, 3, 24, 20), generator=torch.Generator().manual_seed(3)) * 2 - 1
    style = torch.randn(8, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        content = generator.encode(image)
        drawn = generator.decode(content, style[None])
    torch.testing.assert_close(content, encode(state, image), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(drawn, decode(state, encode(state, image), style), atol=1e-4, rtol=1e-4)
    assert content.shape == (1, 16, 6, 5)
    assert drawn.shape == image.shape
    assert drawn.std() > 0.1


def test_a_batch_is_each_image_in_its_own_style() -> None:
    generator = build(draw_generator(1))
    images = torch.rand((3, 3, 16, 24), generator=torch.Generator().manual_seed(3)) * 2 - 1
    styles = torch.randn((3, 8), generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        together = generator.decode(generator.encode(images), styles)
        alone = [
            generator.decode(generator.encode(image[None]), style[None])
            for image, style in zip(images, styles, strict=True)
        ]
        alike = generator.decode(generator.encode(images), styles[:1])
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(alike[:1], together[:1], atol=1e-5, rtol=1e-5)
    assert (alike[1:] - together[1:]).abs().max() > 0.1


def test_training_and_inference_draw_the_same() -> None:
    generator = build(draw_generator(1))
    images, styles = torch.full((1, 3, 8, 8), 0.5), torch.ones(1, 8)
    with torch.inference_mode():
        still = generator.decode(generator.encode(images), styles)
        moving = generator.train().decode(generator.encode(images), styles)
    assert torch.equal(still, moving)
