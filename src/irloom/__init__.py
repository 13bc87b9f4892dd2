"""irloom: multimodal data for scarce image domains, made by agents that debate."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irloom.api import Run, open, resume, resume_async, start, start_async
    from irloom.flows import CirConfig, ImgcoderConfig, InfraredConfig

__version__ = "0.1.0"
__all__ = [
    "CirConfig",
    "ImgcoderConfig",
    "InfraredConfig",
    "Run",
    "open",
    "resume",
    "resume_async",
    "start",
    "start_async",
]
_CONFIGS = frozenset({"CirConfig", "ImgcoderConfig", "InfraredConfig"})


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: `irloom --help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'irloom' has no attribute {name!r}")
    from irloom import api, flows

    return getattr(flows if name in _CONFIGS else api, name)
