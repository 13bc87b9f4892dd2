"""The MUNIT generator, as sRGB-TIR trained it, under the names that its checkpoint gives each weight.

An image is what is where (content) and how it looks (style). One generator is trained for each
domain; content of a visible image, decoded by the thermal generator in some style, is a thermal
image. The edges that guide sRGB-TIR are a loss of its training: nothing here knows of them.
Huang et al., Multimodal Unsupervised Image-to-Image Translation, ECCV 2018, arXiv 1804.04732.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

BLOCKS = 4
"""Residual blocks on either side; each has two convolutions."""
STEP = 4
"""Sides of an image must be a multiple of this, because content is a quarter of the size."""
LEAST_SIDE = 8
"""Below this, content is a single pixel, which reflection cannot pad."""
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Widths:
    """Channels of a generator, as published."""

    first: int = 64
    """Of the first convolution; content has four times as many."""
    style: int = 8
    hidden: int = 256
    """Of what turns a style into scales and shifts."""


class Generator(nn.Module):
    """Encodes images of its domain, and decodes content into them; images are RGB, -1..1.

    Inference never asks `enc_style` (it is trained along, and is part of a checkpoint).
    """

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.style_width = widths.style
        first, content = widths.first, 4 * widths.first
        self.enc_style = _Chain(
            _Convolution(3, first, 7, norm=None),
            _Convolution(first, 2 * first, 4, 2, norm=None),
            *(_Convolution(inputs * first, content, 4, 2, norm=None) for inputs in (2, 4, 4)),
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(content, widths.style, 1),
        )
        self.enc_content = _Chain(
            _Convolution(3, first, 7),
            _Convolution(first, 2 * first, 4, 2),
            _Convolution(2 * first, content, 4, 2),
            _Residuals(content),
        )
        self.dec = _Decoder(first)
        self.mlp = _Chain(
            _Linear(widths.style, widths.hidden, nn.ReLU()),
            _Linear(widths.hidden, widths.hidden, nn.ReLU()),
            _Linear(widths.hidden, 2 * BLOCKS * 2 * content, nn.Identity()),
        )

    def encode(self, images: Tensor) -> Tensor:
        """Content of n x 3 x height x width images; both sides a multiple of `STEP`, from `LEAST_SIDE` on."""
        content: Tensor = self.enc_content(images)
        return content

    def decode(self, content: Tensor, styles: Tensor) -> Tensor:
        """Images of this domain with that content, each in its own style, or all in the only one."""
        # Each modulated norm takes its shifts first, then its scales.
        codes = self.mlp(styles).view(len(styles), BLOCKS, 2, 2, content.shape[1])
        images: Tensor = self.dec(content, codes)
        return images


def name_unused_buffers(generator: Generator) -> frozenset[str]:
    """What the layout may hold beside the weights: statistics that no norm of this network reads.

    Adaptive norms save them for the sake of their class, and so did instance norms before torch 0.4.
    """
    return frozenset(
        f"{name}.norm.running_{statistic}"
        for name, layer in generator.named_modules()
        if isinstance(layer, _Convolution) and isinstance(layer.norm, nn.InstanceNorm2d)
        for statistic in ("mean", "var")
    )


class _Chain(nn.Module):
    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.model(inputs)
        return outputs


class _Linear(nn.Module):
    def __init__(self, inputs: int, outputs: int, activation: nn.Module) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, outputs)
        self.activation = activation

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.activation(self.fc(inputs))
        return outputs


class _LayerNorm(nn.Module):
    """Normalizes each sample over all that it has; unlike torch's, it adds epsilon to the deviation."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.beta = nn.Parameter(torch.zeros(width))

    def forward(self, inputs: Tensor) -> Tensor:
        deviation, mean = torch.std_mean(inputs, dim=(1, 2, 3), keepdim=True)
        flat = (inputs - mean) / (deviation + _EPSILON)
        return torch.addcmul(self.beta[:, None, None], flat, self.gamma[:, None, None])


class _Convolution(nn.Module):
    """A convolution over reflected borders, its norm, and its activation."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        norm: type[nn.InstanceNorm2d] | type[_LayerNorm] | None = nn.InstanceNorm2d,
        activation: type[nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        around = (kernel - stride) // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, around, padding_mode="reflect")
        self.norm = norm(outputs) if norm is not None else None
        self.activation = activation()

    def forward(self, inputs: Tensor, codes: Tensor | None = None) -> Tensor:
        """Convolve; `codes` (n x 2 x width) shift and scale what the norm gives."""
        outputs: Tensor = self.conv(inputs)
        if self.norm is not None:
            outputs = self.norm(outputs)
        if codes is not None:
            shift, scale = codes[..., None, None].unbind(1)
            outputs = torch.addcmul(shift, outputs, scale)
        activated: Tensor = self.activation(outputs)
        return activated


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.model = nn.ModuleList(
            [_Convolution(width, width, 3), _Convolution(width, width, 3, activation=nn.Identity)]
        )

    def forward(self, inputs: Tensor, codes: Tensor | None = None) -> Tensor:
        outputs = inputs
        for number, layer in enumerate(self.model):
            outputs = layer(outputs, None if codes is None else codes[:, number])
        return inputs + outputs


class _Residuals(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.model = nn.ModuleList(_Residual(width) for _ in range(BLOCKS))

    def forward(self, inputs: Tensor, codes: Tensor | None = None) -> Tensor:
        outputs = inputs
        for number, block in enumerate(self.model):
            outputs = block(outputs, None if codes is None else codes[:, number])
        return outputs


class _Decoder(nn.Module):
    def __init__(self, first: int) -> None:
        super().__init__()
        self.model = nn.ModuleList(
            [
                _Residuals(4 * first),
                nn.Upsample(scale_factor=2),
                _Convolution(4 * first, 2 * first, 5, norm=_LayerNorm),
                nn.Upsample(scale_factor=2),
                _Convolution(2 * first, first, 5, norm=_LayerNorm),
                _Convolution(first, 3, 7, norm=None, activation=nn.Tanh),
            ]
        )

    def forward(self, content: Tensor, codes: Tensor) -> Tensor:
        outputs: Tensor = self.model[0](content, codes)
        for layer in self.model[1:]:
            outputs = layer(outputs)
        return outputs
