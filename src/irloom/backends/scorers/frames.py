"""How a picture is fitted into the window that a model looks through."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps

from irloom.options import Crop


@dataclass(frozen=True, slots=True)
class Frame:
    """A model's window, in pixels, and the brightness that it takes for normal, in 0..1 a channel."""

    height: int
    width: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    crop: Crop
    resampling: Image.Resampling = Image.Resampling.BICUBIC

    def fill(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Fit height x width x 3 bytes into the window: the middle, all with grey beside, or distorted."""
        picture = Image.fromarray(pixels)
        size = (self.width, self.height)
        match self.crop:
            case "center":
                fitted = self._cut_middle(picture)
            case "pad":
                grey = (round(self.mean[0] * 255), round(self.mean[1] * 255), round(self.mean[2] * 255))
                fitted = ImageOps.pad(picture, size, self.resampling, grey)
            case "squash":
                fitted = picture.resize(size, self.resampling)
        return np.asarray(fitted)

    def normalise(self, pixels: torch.Tensor) -> torch.Tensor:
        """Turn n x height x width x 3 bytes into n x 3 x height x width floats around 0."""
        mean = torch.tensor(self.mean, device=pixels.device)
        std = torch.tensor(self.std, device=pixels.device)
        return ((pixels.to(torch.float32) / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()

    def _cut_middle(self, picture: Image.Image) -> Image.Image:
        """Resize until the window is covered, rounding down as torchvision does, and cut what stands over."""
        scale = max(self.width / picture.width, self.height / picture.height)
        width = max(self.width, int(picture.width * scale))
        height = max(self.height, int(picture.height * scale))
        left, top = round((width - self.width) / 2), round((height - self.height) / 2)
        covering = picture.resize((width, height), self.resampling)
        return covering.crop((left, top, left + self.width, top + self.height))
