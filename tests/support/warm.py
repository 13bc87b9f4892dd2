"""Has done, once it is imported, what each start of irloom does anew: its imports, and reading its words.

A process that is forked from one that has imported it needs a third of the time. What starts threads (torch,
OpenCV) is not among it, as a fork would lack them.
"""

import pkgutil
from importlib import import_module

from PIL import Image

from irloom.lexicon import Lexicon
from irloom.pipelines.registry import load_flows

PACKAGES = ("agents", "engine", "prompts", "sources", "views")
MODULES = (
    *("cli.main", "cli.run", "cli.resume", "cli.options", "cli.settings", "cli.foreground", "cli.ending"),
    *(f"pipelines.{name}.graph" for name in ("infrared", "imgcoder", "align", "evaluate")),
    *("pipelines.run", "pipelines.registry", "pipelines.infrared.debate"),
    *("backends.chat.openai", "backends.offline.chat.engine", "backends.offline.grounding"),
    "backends.translators.given",
)
OTHERS = ("httpcore2", "langchain_core.tracers.stdout")
"""What libraries import at the first request and at the first node."""


def _list_modules(package: str) -> list[str]:
    path = import_module(package).__path__
    return [module.name for module in pkgutil.walk_packages(path, f"{package}.")]


for _package in PACKAGES:
    for _name in _list_modules(f"irloom.{_package}"):
        import_module(_name)
for _name in (*(f"irloom.{name}" for name in MODULES), *OTHERS):
    import_module(_name)
load_flows()
Image.init()
Lexicon.load(None)
