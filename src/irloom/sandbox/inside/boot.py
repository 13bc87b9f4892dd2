"""Starts the server: clears the environment, takes the other modules from standard input, runs them.

Given to the interpreter as `-c`, so it may import nothing but the standard library.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class SentModules(importlib.abc.InspectLoader, importlib.abc.MetaPathFinder):
    """Finds modules among sources that were sent; a name that others begin with is a package."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Give the spec of a module that was sent, or None."""
        known = fullname in self._sources or self.is_package(fullname)
        return importlib.util.spec_from_loader(fullname, self) if known else None

    def is_package(self, fullname: str) -> bool:
        """Say whether other modules lie below this name."""
        return any(name.startswith(f"{fullname}.") for name in self._sources)

    def get_source(self, fullname: str) -> str:
        """Give the text that was sent; a package needs none."""
        return self._sources.get(fullname, "")


def start() -> None:
    """Begin again with the environment above, then read the first line of input and serve."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, sys.orig_argv, ENVIRONMENT)
    hello = json.loads(sys.stdin.buffer.readline())
    sys.path.extend(hello["path"])
    sys.meta_path.insert(0, SentModules(hello["modules"]))
    importlib.import_module("irloom.sandbox.inside.server").serve(hello)


if __name__ == "__main__":
    start()
