"""Opens the embedder that somebody names, with its vectors kept in the cache folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from irloom.backends.builders import load_embedder
from irloom.backends.pins import digest_files
from irloom.metrics.vectors import KeptEmbedder, Report
from irloom.options import EmbedderOptions, OpenClipEmbedderOptions

_NOT_DECISIVE = frozenset(
    {
        *("batch_size", "device", "timeout_s", "max_retries", "first_backoff_s"),
        *("max_in_flight", "outage_s", "api_key_env"),
    }
)
"""Options that change no vector worth speaking of."""


def open_embedder(
    options: EmbedderOptions, cache: Path, notify: Callable[[str], None], report: Report
) -> KeptEmbedder:
    """The embedder that the options name; what it embedded before is read from the folder `cache`."""
    folder = cache / "embeddings"
    return KeptEmbedder(load_embedder(options, notify), _identify(options), folder, report, notify)


def _identify(options: EmbedderOptions) -> dict[str, Any]:
    decisive = options.model_dump(mode="json", exclude=set(_NOT_DECISIVE))
    weights = digest_files(options) if isinstance(options, OpenClipEmbedderOptions) else None
    return {"format": 1, "options": decisive, "weights": weights}
