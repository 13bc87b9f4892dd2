"""Loads an editing pipeline of diffusers from a folder or the hub, and says what does not fit."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

import diffusers
import torch
import transformers
from diffusers import AutoPipelineForText2Image, DiffusionPipeline
from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING
from huggingface_hub.utils.tqdm import disable_progress_bars
from safetensors import SafetensorError
from torch import Tensor

from irloom.backends.accelerator import choose_dtype
from irloom.backends.model_code import refuse_code_on_hub, without_asking
from irloom.errors import ConfigError
from irloom.options import Dtype, EditorOptions

_LIBRARY_ERRORS = (
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    TypeError,
    ImportError,
    SafetensorError,
    UnpicklingError,
)
"""What the libraries raise for files that are missing, torn or of another model."""


class Weights(Protocol):
    """What the options of every pipeline say of its weights."""

    @property
    def model(self) -> str:
        """A folder, or a name on the hub."""
        ...

    @property
    def revision(self) -> str | None:
        """Branch, tag or commit on the hub."""
        ...

    @property
    def dtype(self) -> Dtype:
        """The number type to load them in."""
        ...

    @property
    def offload(self) -> bool:
        """Whether only the part that is working stays on the accelerator."""
        ...


def load_pipeline(options: EditorOptions, pipeline_class: str, device: torch.device) -> Any:
    """A pipeline with its LoRA merged in, on its device; ConfigError names what is missing or unfit."""
    index = _begin(options, device)
    _check_class(options, index, pipeline_class)
    pipeline = _load_weights(options, index, getattr(diffusers, pipeline_class))
    if options.lora is not None:
        _merge_lora(pipeline, options.lora, options.lora_scale)
    _place(pipeline, options, device)
    return pipeline


def load_text_pipeline(options: Weights, device: torch.device) -> Any:
    """A pipeline that draws from text, on its device; ConfigError names what is missing or unfit."""
    index = _begin(options, device)
    known = {one.__name__ for one in AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values()}
    if index["_class_name"] not in known:
        raise ConfigError(
            f"model = {options.model!r} is for {index['_class_name']}, which does not draw from text alone: "
            "name a text-to-image model"
        )
    pipeline = _load_weights(options, index, AutoPipelineForText2Image)
    _place(pipeline, options, device)
    return pipeline


def _begin(options: Weights, device: torch.device) -> dict[str, Any]:
    """The parts of a pipeline that is about to be loaded."""
    silence_libraries()
    if options.offload and device.type == "cpu":
        raise ConfigError("offload = true needs an accelerator to keep free: leave it out on the cpu")
    index = _read_index(options)
    refuse_code_on_hub(options.model, options.revision)
    return index


def silence_libraries() -> None:
    """Keep log lines and progress bars of the model libraries out of our output, for good."""
    diffusers.utils.logging.set_verbosity(logging.CRITICAL)
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity(logging.CRITICAL)
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    disable_progress_bars()


def _read_index(options: Weights) -> dict[str, Any]:
    """The parts of a pipeline as `model_index.json` names them, before gigabytes of weights are read."""
    if options.model.startswith(("/", ".", "~")) and not Path(options.model).exists():
        raise ConfigError(f"model = {options.model!r}: there is no such folder: correct the path")
    try:
        index = dict(DiffusionPipeline.load_config(options.model, revision=options.revision))
        if "_class_name" not in index:
            raise ValueError("it names no pipeline")
    except _LIBRARY_ERRORS as error:
        raise ConfigError(
            f"model = {options.model!r}: model_index.json cannot be read ({_first_line(error)}): give a "
            "folder in the layout of diffusers, or a name on the hub (`hf auth login` for a gated one)"
        ) from error
    return index


def _check_class(options: EditorOptions, index: Mapping[str, Any], wanted: str) -> None:
    found = index["_class_name"]
    if found != wanted:
        raise ConfigError(
            f"model = {options.model!r} is for {found}, but pipeline = {options.pipeline!r} is {wanted}: "
            "name the pipeline that the model was made for, or another model"
        )


def _load_weights(options: Weights, index: Mapping[str, Any], kind: Any) -> Any:
    """The pipeline in the number type that was asked for; ConfigError where any weight is missing."""
    given = {"revision": options.revision, "dtype": choose_dtype(options.dtype)}
    try:
        with without_asking():
            encoders, missing = _load_encoders(options.model, index, given)
            pipeline = kind.from_pretrained(options.model, **encoders, **given)
    except _LIBRARY_ERRORS as error:
        raise ConfigError(
            f"model = {options.model!r} cannot be loaded ({_first_line(error)}): fetch it again, whole"
        ) from error
    missing += [name for name, tensor in _name_weights(pipeline) if tensor.is_meta]
    if missing:
        raise ConfigError(
            f"model = {options.model!r} lacks {len(missing)} weights, such as {missing[0]}: fetch it again"
        )
    return pipeline


def _load_encoders(
    model: str, index: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The text encoders, and the names of weights that transformers had to make up."""
    encoders: dict[str, Any] = {}
    missing: list[str] = []
    for name, part in index.items():
        if not (isinstance(part, list | tuple) and part[0] == "transformers"):
            continue
        kind = getattr(transformers, part[1], None)
        # Not for tokenizers, nor for old names of image processors, which diffusers knows.
        if isinstance(kind, type) and issubclass(kind, transformers.PreTrainedModel):
            loaded: Any = kind.from_pretrained(model, subfolder=name, output_loading_info=True, **given)
            encoders[name], report = loaded
            missing += [f"{name}.{weight}" for weight in report["missing_keys"]]
    return encoders, missing


def _merge_lora(pipeline: Any, lora: str, scale: float) -> None:
    """Add the LoRA to the weights themselves: no slower than without, and nothing to switch on later."""
    try:
        pipeline.load_lora_weights(lora, adapter_name="lora")
        wanted, found = _count_stored(pipeline.lora_state_dict(lora)), _count_loaded(pipeline)
    except _LIBRARY_ERRORS as error:
        raise ConfigError(
            f"lora = {lora!r} cannot be loaded ({_first_line(error)}): give a folder, a .safetensors file or "
            "a name on the hub, made for this model and saved by diffusers"
        ) from error
    # diffusers passes over tensors that fit nowhere, with a line in its log at most.
    if not wanted or wanted != found:
        raise ConfigError(
            f"lora = {lora!r}: {found} of its {wanted} values fit this model: give one that was made for it"
        )
    pipeline.fuse_lora(lora_scale=scale)
    pipeline.unload_lora_weights()


def _count_stored(stored: Mapping[str, Tensor] | tuple[Mapping[str, Tensor], Any]) -> int:
    """Values in the matrices of a LoRA as diffusers reads it, some pipelines with a second part."""
    weights = stored[0] if isinstance(stored, tuple) else stored
    return sum(tensor.numel() for name, tensor in weights.items() if "lora" in name and "alpha" not in name)


def _count_loaded(pipeline: Any) -> int:
    return sum(tensor.numel() for name, tensor in _name_weights(pipeline) if ".lora_" in name)


def _name_weights(pipeline: Any) -> Iterator[tuple[str, Tensor]]:
    for name, part in pipeline.components.items():
        if isinstance(part, torch.nn.Module):
            yield from ((f"{name}.{weight}", tensor) for weight, tensor in part.named_parameters())


def _place(pipeline: Any, options: Weights, device: torch.device) -> None:
    pipeline.set_progress_bar_config(disable=True)
    try:
        if options.offload:
            pipeline.enable_model_cpu_offload(device=device)
        else:
            pipeline.to(device)
    except torch.OutOfMemoryError as error:
        raise ConfigError(
            f"model = {options.model!r} does not fit into the memory of {device} as {options.dtype}: "
            "set dtype = 'bfloat16' or offload = true, or choose a smaller model"
        ) from error


def name_source(source: str) -> str:
    """A hub name as it is, a file or folder by its own name, since rows travel to other machines."""
    return Path(source).name if Path(source).exists() else source


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
