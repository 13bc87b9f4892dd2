"""The options of painters: what a configuration may say under `[painters.NAME]`."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from irloom.options import Device, Dtype
from irloom.records import Row
from irloom.settings import GUARDED, NO_ROW


class PipelinePainterOptions(Row):
    """A text-to-image pipeline of `diffusers`: its weights, and how it draws."""

    kind: Literal["diffusers"] = "diffusers"
    model: str
    """A folder, or a name on the hub; any pipeline that diffusers draws from text with."""
    revision: str | None = None
    steps: int | None = Field(default=None, ge=1, le=1000)
    """Left out, what the makers of the pipeline advise; guidance, width and height likewise."""
    guidance: float | None = Field(default=None, ge=0)
    width: int | None = Field(default=None, ge=64, le=4096)
    height: int | None = Field(default=None, ge=64, le=4096)
    offload: Annotated[bool, NO_ROW] = False
    """Keep on the accelerator only the part that is working: slower, in a third of the memory."""
    dtype: Dtype = "float32"
    device: Annotated[Device, NO_ROW] = "auto"
    batch_size: Annotated[int, NO_ROW] = Field(default=1, ge=1)
    """Pictures drawn together."""


class ServedPainterOptions(Row):
    """The images route of an endpoint (`/images/generations`)."""

    SHARED: ClassVar[tuple[str, ...]] = (
        *("base_url", "api_key_env", "timeout_s", "max_retries", "first_backoff_s", "max_in_flight"),
        "outage_s",
    )
    """What it has in common with a chat endpoint."""

    kind: Literal["openai"] = "openai"
    model: str
    size: str | None = Field(default=None, pattern=r"^(auto|\d{2,4}x\d{2,4})$")
    """Width and height, such as `1024x1024`; the endpoint's own choice where left out."""
    base_url: Annotated[str | None, NO_ROW, GUARDED] = None
    api_key_env: Annotated[str, NO_ROW, GUARDED] = "OPENAI_API_KEY"
    timeout_s: Annotated[float, NO_ROW] = Field(default=300.0, gt=0)
    max_retries: Annotated[int, NO_ROW] = Field(default=6, ge=0)
    """As for a chat endpoint, likewise what follows."""
    first_backoff_s: Annotated[float, NO_ROW] = Field(default=0.5, ge=0)
    max_in_flight: Annotated[int, NO_ROW] = Field(default=16, ge=1)
    outage_s: Annotated[float, NO_ROW] = Field(default=900.0, ge=0)
    extra_body: dict[str, Any] = Field(default_factory=dict)
    """What a provider knows beyond these options, sent as it stands: `quality`, `style`, `seed`."""


PainterOptions = Annotated[PipelinePainterOptions | ServedPainterOptions, Field(discriminator="kind")]
