"""The options of a chat endpoint: what a configuration may say under `[chat]`."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer

from irloom.settings import GUARDED, NO_ROW, WHO_WORKS, Option, Settings


class OpenAIOptions(Settings):
    """Any chat-completions endpoint. The key comes from the environment variable `api_key_env`."""

    kind: Literal["openai"] = "openai"
    model: Annotated[
        str, Option(WHO_WORKS, metavar="NAME", on_resume="another chat model (with --accept-changes)")
    ]
    """Chat model of the endpoint."""
    base_url: Annotated[
        str | None, NO_ROW, GUARDED, Option(WHO_WORKS, metavar="URL", on_resume="the endpoint has moved here")
    ] = None
    """Chat endpoint, such as http://localhost:8000/v1."""
    api_key_env: Annotated[
        str,
        NO_ROW,
        GUARDED,
        Option(WHO_WORKS, metavar="VARIABLE", on_resume="environment variable that holds the key"),
    ] = "OPENAI_API_KEY"
    """Environment variable that holds the key (default OPENAI_API_KEY)."""
    timeout_s: Annotated[float, NO_ROW] = Field(default=120.0, gt=0)
    max_retries: Annotated[int, NO_ROW] = Field(default=6, ge=0)
    """How often one request is sent again after 408, 409, 5xx, a reset, a time-out or a senseless reply.

    429 does not count (nor 503 while others are answered), nor what fails while the endpoint is down.
    """
    first_backoff_s: Annotated[float, NO_ROW] = Field(default=0.5, ge=0)
    """Pause before the first retry; it doubles up to 30 s, with jitter, and `Retry-After` is honoured."""
    max_in_flight: Annotated[int, NO_ROW] = Field(default=64, ge=1)
    """The most requests in flight, whatever the number of samples; fewer where the endpoint takes fewer."""
    outage_s: Annotated[float, NO_ROW] = Field(default=900.0, ge=0)
    """How long an endpoint that was reached may be down before the run stops; all requests wait for it."""
    max_tokens: int | None = Field(default=1024, ge=1)
    tokens_parameter: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    send_temperature: bool = True
    """Switch off for models that refuse a temperature; the fingerprint then says so."""
    send_seed: bool = True
    send_n: bool = True
    """Switch off for endpoints that refuse `n`; candidates are then separate requests."""
    reply_mode: Literal["auto", "json_schema", "json_object", "text"] = "auto"
    """How structured replies are asked for; `auto` takes the best that the endpoint accepts."""
    extra_body: dict[str, Any] = Field(default_factory=dict)
    """What a provider knows beyond these options, sent as it stands: `top_p`, `reasoning_effort`,
    `chat_template_kwargs`, OpenRouter's `provider`. It decides replies, so it is part of the fingerprint."""
    service_tier: str | None = None
    """OpenAI's `flex` or `priority`; each reply is priced by the tier that it says it was served at."""
    prompt_cache_key: Annotated[str | None, NO_ROW] = None
    """Sends prompts with one beginning to where that is cached (OpenAI), under this name and the prompt's.
    An endpoint that refuses it is asked without."""

    @field_validator("extra_body")
    @classmethod
    def validate_extra_body(cls, extra: dict[str, Any]) -> dict[str, Any]:
        """Refuse what irloom sets by itself: two values for one parameter would leave open which counts."""
        if taken := sorted(_SET_ELSEWHERE & extra.keys()):
            raise ValueError(f"{taken[0]!r} is set by irloom itself or by an option of its own: leave it out")
        return extra

    @model_serializer(mode="wrap")
    def leave_out_unset(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Name the newer options only where they are set, so that older runs keep their fingerprint."""
        found: dict[str, Any] = dump(self)
        return {name: value for name, value in found.items() if value or name not in _NAMED_IF_SET}


_NAMED_IF_SET = frozenset({"extra_body", "service_tier", "prompt_cache_key"})
_SET_ELSEWHERE = frozenset(
    "model messages n temperature seed max_tokens max_completion_tokens response_format stream logprobs "
    "top_logprobs service_tier prompt_cache_key".split()
)
