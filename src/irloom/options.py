"""The options of every backend: what a configuration may say under `kind`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from irloom.chat_options import OpenAIOptions as OpenAIOptions
from irloom.drawings import SandboxLevel
from irloom.records import Row
from irloom.settings import DIGESTED, GUARDED, NO_ROW, Guarded, Option, Settings

Palette = Literal["white_hot", "black_hot", "ironbow"]
Device = Literal["auto", "cpu", "cuda", "mps"]
"""`auto` is cuda where there is one, then mps, then cpu."""
Dtype = Literal["float32", "bfloat16", "float16"]


class RulesOptions(Row):
    """The embedded rule engine: no model, no network."""

    kind: Literal["rules"] = "rules"


class BaselineOptions(Row):
    """Answers the questions of benchmarks by a rule that looks at nothing: what guessing scores."""

    kind: Literal["baseline"] = "baseline"
    rule: Literal["longest", "letter", "random"] = "longest"
    """The longest option (of several one at random), always one letter, or any; detectors can be `random`."""
    letter: str = Field(default="A", pattern="^[A-Z]$")


class RadiometricOptions(Row):
    """The embedded translator: annotations as temperatures, seen by a simulated sensor."""

    kind: Literal["radiometric"] = "radiometric"
    temperatures: Annotated[Path | None, DIGESTED] = None
    """A TOML file in the form of `data/temperatures.toml`; the embedded one if left out."""
    palette: Palette = "white_hot"
    ambient_c: float = Field(default=20.0, ge=-60, le=60)
    netd_mk: float = Field(default=50.0, ge=0, le=1000)
    """Noise-equivalent temperature difference at 293 K, in millikelvin."""
    max_side: int = Field(default=640, ge=64, le=4096)
    """Longer side of the sensor image, in pixels; smaller photographs keep their size."""
    max_pixels: int = Field(default=100_000_000, ge=1)
    """A photograph with more pixels is refused before it is decoded."""
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=8, ge=1)


class GroundingOptions(Row):
    """The embedded scorer: agreement of a caption with the boxes."""

    kind: Literal["grounding"] = "grounding"


Seen = Annotated[int, Field(ge=8, le=4096)]
"""A side that a network sees, in pixels."""


class SrgbTirOptions(Row):
    """sRGB-TIR, the paper's translator: an edge-guided MUNIT generator with a published checkpoint."""

    kind: Literal["srgb_tir"] = "srgb_tir"
    checkpoint: Annotated[Path, DIGESTED]
    """The `translation_weights.pt` of sRGB-TIR; it cannot be fetched for you."""
    style: Literal["fixed", "per_image", "best_of"] = "fixed"
    """One style code for all images, one for each, or of `styles` the one that keeps most structure."""
    styles: int = Field(default=8, ge=2, le=80)
    style_seed: int = Field(default=0, ge=0)
    resize: tuple[Seen, Seen] | None = None
    """Height and width that the network sees; the image's own where left out, at 2.3 kB a pixel."""
    stretch: bool = False
    """Stretch every image from its darkest to its brightest pixel, as the published script does."""
    max_pixels: int = Field(default=100_000_000, ge=1)
    dtype: Dtype = "float32"
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=4, ge=1)


Editing = Literal["instruct_pix2pix", "flux_kontext", "qwen_image_edit"]

_STEPS: Mapping[Editing, int] = {"instruct_pix2pix": 50, "flux_kontext": 28, "qwen_image_edit": 40}
_GUIDANCE: Mapping[Editing, float] = {"instruct_pix2pix": 7.5, "flux_kontext": 2.5, "qwen_image_edit": 4.0}
_UNWANTED = "text, temperature bar, colour map, glowing eyes, hot glass"


class EditorOptions(Row):
    """An image-editing pipeline of `diffusers`: its weights, and how it draws."""

    kind: Literal["diffusers"] = "diffusers"
    model: str
    """A folder, or a name on the hub."""
    pipeline: Editing = "instruct_pix2pix"
    revision: str | None = None
    lora: str | None = None
    """A folder or file with LoRA weights as diffusers saves them, or a name on the hub."""
    lora_scale: float = Field(default=1.0, ge=0, le=4)
    negative_prompt: str = ""
    """What should not be seen. Flux follows it only with `negative_guidance` above 1."""
    steps: int = Field(default_factory=lambda given: _STEPS[given["pipeline"]], ge=1, le=1000)
    """Left out, what the makers of the pipeline advise; guidance likewise."""
    guidance: float = Field(default_factory=lambda given: _GUIDANCE[given["pipeline"]], ge=0)
    """How closely the prompt is followed: `guidance_scale`, for Qwen `true_cfg_scale`."""
    image_guidance: float = Field(default=1.5, ge=1)
    """How closely the photograph is followed; only InstructPix2Pix has it."""
    negative_guidance: float = Field(default=1.0, ge=1)
    """How far Flux keeps off the negative prompt (`true_cfg_scale`), at twice the time; 1 is not at all."""
    max_side: int | None = Field(default=None, ge=64, le=4096)
    """Longer side that the pipeline draws at, in pixels; the result has the photograph's size again.

    Left out, what the models were trained at: 512 for InstructPix2Pix, else about one megapixel.
    """
    offload: Annotated[bool, NO_ROW] = False
    """Keep on the accelerator only the part that is working: slower, in a third of the memory."""
    max_pixels: int = Field(default=100_000_000, ge=1)
    dtype: Dtype = "float32"
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=1, ge=1)
    """Images drawn together; Qwen draws one at a time all the same."""

    @model_validator(mode="after")
    def _refuse_what_would_be_ignored(self) -> Self:
        if self.pipeline == "flux_kontext" and self.negative_prompt and self.negative_guidance == 1:
            raise ValueError("Flux ignores negative_prompt: leave it empty, or set negative_guidance above 1")
        if self.pipeline != "flux_kontext" and self.negative_guidance != 1:
            raise ValueError("negative_guidance is for flux_kontext alone: leave it out")
        if self.pipeline != "instruct_pix2pix" and self.image_guidance != 1.5:
            raise ValueError("image_guidance is for instruct_pix2pix alone: leave it out")
        if self.pipeline != "flux_kontext" and self.negative_prompt and self.guidance <= 1:
            raise ValueError("guidance of 1 or less ignores negative_prompt: raise it, or leave that empty")
        return self


class ClassicOptions(Row):
    """The embedded editor: image processing on annotated objects, with no model."""

    kind: Literal["classic"] = "classic"
    max_pixels: int = Field(default=100_000_000, ge=1)
    batch_size: Annotated[int, NO_ROW] = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Edits side by side, a thread each; one a core where left out."""


class DiffusersOptions(EditorOptions):
    """An image-editing pipeline that is told to turn the photograph into an infrared image."""

    prompt: str = (
        "Turn this photograph into a single-channel long-wave thermal infrared image, 8 to 14 micrometres, "
        "white-hot. Keep the geometry exactly. No colour, no scale bar, no text."
    )
    negative_prompt: str = Field(
        default_factory=lambda given: "" if given["pipeline"] == "flux_kontext" else _UNWANTED
    )
    grey: bool = True
    """Keep the luminance alone, since infrared has one channel."""


Crop = Literal["center", "pad", "squash"]
"""How a picture becomes a square: its middle, with grey beside it, or distorted."""
Template = Annotated[str, Field(pattern=r"^[^{}]*\{\}[^{}]*$")]
"""What a caption is put into, in the place of `{}`, such as `a thermal infrared photo of {}`."""


class OpenClipOptions(Row):
    """Cosine of image and text in any model of open_clip."""

    kind: Literal["open_clip"] = "open_clip"
    model: str = "ViT-L-14"
    """A name that open_clip knows, or `hf-hub:NAME` or `local-dir:FOLDER`, which bring their weights."""
    pretrained: str = "datacomp_xl_s13b_b90k"
    """A tag that open_clip knows, or a checkpoint file of this model."""
    template: Template = "{}"
    crop: Crop | None = None
    """As the model was trained, where left out."""
    dtype: Dtype = "float32"
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=16, ge=1)


class LanguageBindOptions(Row):
    """Cosine of image and text in LanguageBind's thermal model, the paper's scorer."""

    kind: Literal["languagebind"] = "languagebind"
    model: str = "LanguageBind/LanguageBind_Thermal"
    """A folder with `config.json`, weights and tokenizer, or a name on the hub."""
    revision: str | None = None
    template: Template = "{}"
    crop: Crop = "center"
    dtype: Dtype = "float32"
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=16, ge=1)


class VqaOptions(Row):
    """A vision-language model is shown the infrared image and asked whether a caption is true of it."""

    kind: Literal["vqa"] = "vqa"
    chat: OpenAIOptions | None = None
    """The model that sees; the run's own chat model where left out."""
    answer: Literal["logprobs", "number"] = "logprobs"
    """The probability of "yes", or a number from 0 to 100 where an endpoint gives no log-probabilities."""
    top_logprobs: int = Field(default=20, ge=2, le=100)
    """How many first tokens the endpoint lists; the more, the surer are both "yes" and "no" among them."""
    max_tokens: int = Field(default=16, ge=1)
    """The longest answer; raise it for a model that thinks before it answers."""


class ServedOptions(Row):
    """An embeddings endpoint that takes images as chat messages, as vLLM does."""

    kind: Literal["served"] = "served"
    model: str
    base_url: Annotated[str | None, NO_ROW, GUARDED] = None
    api_key_env: Annotated[str, NO_ROW, GUARDED] = "OPENAI_API_KEY"
    query_instruction: str = "given an image, find a similar everyday image with the described changes"
    """What is said before a query's text; EDIR's words, likewise of `image_instruction`."""
    image_instruction: str = "represent the given image"
    timeout_s: Annotated[float, NO_ROW] = Field(default=120.0, gt=0)
    max_retries: Annotated[int, NO_ROW] = Field(default=6, ge=0)
    """As for a chat endpoint, likewise what follows."""
    first_backoff_s: Annotated[float, NO_ROW] = Field(default=0.5, ge=0)
    max_in_flight: Annotated[int, NO_ROW] = Field(default=16, ge=1)
    outage_s: Annotated[float, NO_ROW] = Field(default=900.0, ge=0)


class ServedScorerOptions(ServedOptions):
    """An embeddings endpoint that compares pictures with sentences."""

    query_instruction: str = "find the picture that this sentence describes"
    image_instruction: str = "represent the given picture"


SimilarityScorerOptions = Annotated[
    OpenClipOptions | LanguageBindOptions | ServedScorerOptions, Field(discriminator="kind")
]


class SimilarityOptions(Row):
    """An embedder in a detector's chair: its score of a sentence is the cosine of picture and sentence."""

    kind: Literal["similarity"] = "similarity"
    scorer: SimilarityScorerOptions


ChatOptions = Annotated[
    RulesOptions | OpenAIOptions | BaselineOptions | SimilarityOptions, Field(discriminator="kind")
]
TranslatorOptions = Annotated[
    RadiometricOptions | SrgbTirOptions | DiffusersOptions, Field(discriminator="kind")
]
ScorerOptions = Annotated[
    GroundingOptions | OpenClipOptions | LanguageBindOptions | VqaOptions, Field(discriminator="kind")
]

ImageEditorOptions = Annotated[ClassicOptions | EditorOptions, Field(discriminator="kind")]

KINDS = frozenset(
    {
        "classic",
        "rules",
        "baseline",
        "similarity",
        "openai",
        "radiometric",
        "srgb_tir",
        "diffusers",
        "grounding",
        "open_clip",
        "languagebind",
        "vqa",
        "pixels",
        "served",
        "vectors",
    }
)


UNSAFE = "i-accept-running-model-code-unsandboxed"


class SandboxOptions(Settings):
    """Where scripts that a model wrote are run, and what each may use up."""

    level: Annotated[
        SandboxLevel | None,
        Guarded(only=("off",)),
        Option(
            "where scripts run",
            flag="sandbox",
            choices=("strict", "standard", "container"),
            on_resume="where scripts run (with --accept-changes)",
        ),
        Option(
            "where scripts run",
            flag=UNSAFE,
            help="no sandbox: scripts get all your rights",
            sets="off",
            on_resume="no sandbox, to be said each time: scripts get all your rights",
        ),
    ] = None
    """The best that holds here where left out; `off` has to be asked for."""
    container: Annotated[
        tuple[str, ...],
        NO_ROW,
        GUARDED,
        Option(
            "where scripts run",
            metavar="COMMAND",
            flag="sandbox-container",
            form="words",
            on_resume="the command that starts a container for scripts",
        ),
    ] = ()
    """The command that starts a container, up to and with a Python that has Matplotlib."""
    workers: Annotated[int | None, NO_ROW] = Field(default=None, ge=1)
    """How many scripts run at a time; one a core where left out."""
    wall_s: float = Field(default=30.0, gt=0)
    cpu_s: int = Field(default=20, ge=1)
    memory_mib: int = Field(default=2048, ge=512)


LOCAL = "local-dir:"
"""How open_clip has a folder named."""
_FILES = ("checkpoint", "temperatures", "file")
_FILES_OR_NAMES = ("lora", "model", "pretrained")


def locate_files(options: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Files that a translator or scorer names, made absolute from `folder`; names on a hub are left out."""
    found = {}
    for name in (*_FILES, *_FILES_OR_NAMES):
        if isinstance(value := options.get(name), str | Path):
            prefix = LOCAL if str(value).startswith(LOCAL) else ""
            path = (folder / Path(str(value).removeprefix(prefix)).expanduser()).absolute()
            if name in _FILES or path.exists():
                found[name] = f"{prefix}{path}"
    return found


def locate_scorer(chat: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The files of a chat model that is an embedder, made absolute from `folder`, as its table has them."""
    scorer = chat.get("scorer")
    found = locate_files(scorer, folder) if isinstance(scorer, Mapping) else {}
    return {"scorer": found} if found else {}


class PixelsOptions(Row):
    """The embedded embedder: colours and edges of an image by place; it reads no text."""

    kind: Literal["pixels"] = "pixels"
    max_pixels: int = Field(default=100_000_000, ge=1)


class OpenClipEmbedderOptions(OpenClipOptions):
    """Any model of open_clip, with a rule by which the vectors of image and text become one."""

    compose: Literal["sum", "text", "image"] = "sum"
    """Both added up, or one of the two alone."""
    text_weight: float = Field(default=0.5, ge=0, le=1)
    """The text's share of the sum; the rest is the image's."""


class VectorsOptions(Row):
    """Vectors that were made elsewhere."""

    kind: Literal["vectors"] = "vectors"
    file: Path
    """An `.npz` file with `query_ids`, `queries`, `corpus_ids` and `corpus`, rows in the order of the ids.

    `queries_text` and `queries_image`, of the same shape as `queries`, are those of a part alone.
    """


EmbedderOptions = PixelsOptions | OpenClipEmbedderOptions | ServedOptions
VectorSource = Annotated[EmbedderOptions | VectorsOptions, Field(discriminator="kind")]
"""Where a benchmark gets its vectors from."""


class BenchOptions(Row):
    """What a benchmark of retrieval is told."""

    embedder: VectorSource = Field(default_factory=PixelsOptions)
