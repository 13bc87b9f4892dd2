"""irloom: multimodal data for scarce image domains, made by agents that debate."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irloom.api import Run, open, resume, resume_async, start, start_async
    from irloom.pipelines.cir.config import CirConfig
    from irloom.pipelines.evaluate.ifbench.config import IfbenchConfig
    from irloom.pipelines.imgcoder.config import ImgcoderConfig
    from irloom.pipelines.infrared.config import InfraredConfig

__version__ = "0.1.0"
__all__ = [
    "CirConfig",
    "IfbenchConfig",
    "ImgcoderConfig",
    "InfraredConfig",
    "Run",
    "open",
    "resume",
    "resume_async",
    "start",
    "start_async",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: `irloom --help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'irloom' has no attribute {name!r}")
    if name.endswith("Config"):
        from irloom.pipelines.registry import find_flow

        return find_flow(name.removesuffix("Config").lower()).config
    from irloom import api

    return getattr(api, name)
