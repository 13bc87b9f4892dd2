"""Any model of open_clip as a scorer."""

import difflib
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import open_clip
import torch
from PIL import Image

from irloom.backends.accelerator import choose_device, choose_dtype
from irloom.backends.model_code import refuse_code_on_hub, without_asking
from irloom.backends.quiet import hush_libraries
from irloom.backends.scorers.cosine import Cosine, Towers, place_model
from irloom.backends.scorers.frames import Frame
from irloom.backends.weights import find_snapshot, summarise
from irloom.errors import ConfigError, SampleError
from irloom.options import Crop, OpenClipOptions
from irloom.protocols import Scores, ScoringJob

_HUB, _FOLDER = "hf-hub:", "local-dir:"
_OWN_CROP: dict[str, Crop] = {"shortest": "center", "longest": "pad", "squash": "squash"}
"""How a model was trained, in open_clip's words and ours."""


class OpenClip:
    """Scores by cosine in a contrastive model of open_clip, with its own tokenizer, window and brightness.

    Raises ConfigError for a model, tag, checkpoint or device that is not there or does not fit.
    """

    def __init__(self, options: OpenClipOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self.name = name_model(options)
        self._cosine = load_cosine(options, notify)

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """Score each job; a bad image or caption is its own error."""
        return self._cosine.score(jobs)


def load_cosine(options: OpenClipOptions, notify: Callable[[str], None] = lambda _: None) -> Cosine:
    """The model, ready to embed pictures and texts. Raises ConfigError as `OpenClip` does."""
    device, dtype = choose_device(options.device), choose_dtype(options.dtype)
    locate_weights(options, notify)
    model, tokenizer = _load(options)
    place_model(model, device, dtype)
    towers = Towers(
        frame=_build_frame(model, options.crop),
        see=model.encode_image,
        tokenize=tokenizer,
        fits=_FitCheck(tokenizer),
        read=model.encode_text,
        device=device,
        dtype=dtype,
    )
    return Cosine(towers, options, notify)


def locate_weights(options: OpenClipOptions, notify: Callable[[str], None] = lambda _: None) -> Path:
    """The file, or for `local-dir:` the folder, that the weights lie in, fetched where it is not here yet.

    Raises ConfigError where there is none.
    """
    if options.model.startswith(_FOLDER):
        return Path(options.model.removeprefix(_FOLDER))
    if options.model.startswith(_HUB):
        repository = options.model.removeprefix(_HUB)
        return _fetch(
            repository, partial(open_clip.pretrained.download_pretrained_from_hf, repository), notify
        )
    model = options.model.replace("/", "-")
    _refuse_unknown(model)
    known = open_clip.get_pretrained_cfg(model, options.pretrained)
    if known:
        repository = known.get("hf_hub", "").rpartition("/")[0]
        return _fetch(repository, partial(open_clip.download_pretrained, known), notify)
    path = Path(options.pretrained)
    if path.is_file():
        return path
    tags = ", ".join(open_clip.list_pretrained_tags_by_model(model)) or "none"
    raise ConfigError(
        f"pretrained = {options.pretrained!r} is no checkpoint file and no tag of {model} (its tags: {tags})"
    )


def name_model(options: OpenClipOptions) -> str:
    """The model as a row names it, without the folders of this machine."""
    if options.model.startswith(_FOLDER):
        return f"open_clip {Path(options.model.removeprefix(_FOLDER)).name}"
    if options.model.startswith(_HUB):
        return f"open_clip {options.model}"
    return f"open_clip {options.model} {Path(options.pretrained).name}"


def _refuse_unknown(model: str) -> None:
    known = open_clip.list_models()
    if model not in known:
        like = ", ".join(difflib.get_close_matches(model, known, n=5)) or "ViT-L-14"
        raise ConfigError(f"open_clip has no model {model!r}: choose another, such as {like}")


def _fetch(repository: str, download: Callable[[], str], notify: Callable[[str], None]) -> Path:
    if repository and find_snapshot(repository) is None:
        notify(f"Fetching {repository} from the hub, once.")
    try:
        with hush_libraries():
            return Path(download())
    except Exception as error:  # of the network, the hub, its client and the disk
        raise ConfigError(
            f"{repository} cannot be fetched from the hub ({summarise(error)}): check the name and the "
            "network, or give a checkpoint file as `pretrained`"
        ) from error


def _load(options: OpenClipOptions) -> tuple[Any, Any]:
    has_own = options.model.startswith((_HUB, _FOLDER))
    if has_own:
        refuse_code_on_hub(options.model.removeprefix(_HUB).removeprefix(_FOLDER))
    try:
        with hush_libraries(), without_asking():
            # The weights would load, and every activation in them be another function.
            warnings.filterwarnings("error", "QuickGELU mismatch")
            model = open_clip.create_model(
                options.model, pretrained=None if has_own else options.pretrained, require_pretrained=True
            )
            return model, open_clip.get_tokenizer(options.model)
    except UserWarning as error:
        raise ConfigError(
            f"the weights {options.pretrained!r} need the model {options.model!r} with its other "
            f"activation ({error}): add or drop -quickgelu at the end of its name"
        ) from error
    except Exception as error:  # torch, safetensors and JSON each have their own for a file that does not fit
        raise ConfigError(
            f"open_clip cannot load {options.model!r} with {options.pretrained!r} ({summarise(error)}): "
            "check that the checkpoint is whole and belongs to this model"
        ) from error


def _build_frame(model: Any, crop: Crop | None) -> Frame:
    own = open_clip.get_model_preprocess_cfg(model)
    size = own["size"]
    height, width = (size, size) if isinstance(size, int) else size
    smooth = Image.Resampling.BILINEAR if own["interpolation"] == "bilinear" else Image.Resampling.BICUBIC
    return Frame(
        height, width, tuple(own["mean"]), tuple(own["std"]), crop or _OWN_CROP[own["resize_mode"]], smooth
    )


class _FitCheck:
    """Tells whether a tokenizer of open_clip gives a text whole, which it does not say itself.

    With twice the room, everything from the last place on must look as it does for an empty text.
    The last place stays free because CoCa and CLIPS models take it for themselves.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._room = tokenizer.context_length
        self._empty = self._look_beyond("")

    def __call__(self, text: str) -> bool:
        return torch.equal(self._look_beyond(text), self._empty)

    def _look_beyond(self, text: str) -> torch.Tensor:
        tokens: torch.Tensor = self._tokenizer([text], context_length=2 * self._room)
        return tokens[0, self._room - 1 :]
