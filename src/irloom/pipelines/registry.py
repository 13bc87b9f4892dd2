"""Which flows there are: the built-in ones, and those that other packages bring as flows or benchmarks.

A flow is imported when somebody asks for it. One that cannot be used is told once, with the name of its
package, and leaves the others alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from irloom.errors import ConfigError
from irloom.pipelines.flow import INTERFACE, Flow
from irloom.views.outcomes import Labels

GROUP = "irloom.flows"
BENCHMARKS = "irloom.benchmarks"
"""Group of benchmarks, each of which is made a flow of its name."""
_BUILT_IN = {
    "infrared": "irloom.pipelines.infrared",
    "cir": "irloom.pipelines.cir",
    "imgcoder": "irloom.pipelines.imgcoder",
    "align": "irloom.pipelines.align",
    "ifbench": "irloom.pipelines.evaluate.ifbench",
    "detect": "irloom.pipelines.evaluate.detect",
    "quality": "irloom.pipelines.evaluate.quality",
    "template": "irloom.pipelines.evaluate.sets.template",
    "thermometry": "irloom.pipelines.evaluate.sets.thermometry",
    "thermeval": "irloom.pipelines.evaluate.sets.thermeval",
}
"""Modules that hold a `flow`; the first is what the package is for."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A flow that another package announces, or a benchmark."""

    name: str
    package: str
    entry: EntryPoint


def list_flows() -> Iterator[str]:
    """The names of all flows, the built-in ones first."""
    yield from _BUILT_IN
    yield from (name for name in _find_brought() if name not in _BUILT_IN)


def find_flow(name: str) -> Flow[Any]:
    """A flow by its name; ConfigError where there is none, or none that can be used."""
    if name in _BUILT_IN:
        flow: Flow[Any] = import_module(_BUILT_IN[name]).flow
        return flow
    found = _find_brought().get(name, ())
    if not found:
        raise ConfigError(
            f"there is no flow {name!r} here; there are {', '.join(list_flows())}. "
            "A flow of another package is there once that package is installed."
        )
    if len(found) > 1:
        packages = " and ".join(sorted(one.package for one in found))
        raise ConfigError(f"the flow {name!r} is brought by two packages, {packages}: remove one of them.")
    return _load(found[0])


def find_usable(name: str) -> Flow[Any] | None:
    """A flow by its name; None where it is not there or cannot be used."""
    try:
        return find_flow(name)
    except ConfigError:
        return None


def name_outcomes(name: str) -> Labels:
    """A flow's own words for outcomes; none where it is not there."""
    flow = find_usable(name)
    return flow.labels if flow is not None else {}


def load_flows(names: Iterable[str] | None = None) -> tuple[list[Flow[Any]], list[str]]:
    """Every flow that can be used, or those of these names, and a message for each that cannot."""
    flows: list[Flow[Any]] = []
    problems: list[str] = []
    for name in list_flows() if names is None else names:
        try:
            flows.append(find_flow(name))
        except ConfigError as error:
            problems.append(str(error))
    hidden = sorted({one.package for name in _BUILT_IN for one in _find_brought().get(name, ())})
    problems += [
        f"a flow of {package} has the name of a built-in one, and is left out." for package in hidden
    ]
    return flows, problems


@cache
def _find_brought() -> dict[str, tuple[Brought, ...]]:
    found: dict[str, tuple[Brought, ...]] = {}
    for entry in (*entry_points(group=GROUP), *entry_points(group=BENCHMARKS)):
        package = entry.dist.name if entry.dist is not None else entry.module
        found[entry.name] = (*found.get(entry.name, ()), Brought(entry.name, package, entry))
    return found


def _load(brought: Brought) -> Flow[Any]:
    where = f"the flow {brought.name!r} of the package {brought.package}"
    try:
        flow = brought.entry.load()
        if brought.entry.group == BENCHMARKS:
            flow = _make_flow(flow)
    except Exception as error:  # whatever somebody else's module raises when it is imported
        raise ConfigError(f"{where} cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(flow, Flow):
        raise ConfigError(f"{where} is no irloom.pipelines.flow.Flow, but {type(flow).__name__}.")
    if flow.interface != INTERFACE or flow.name != brought.name:
        raise ConfigError(
            f"{where} was written for interface {flow.interface} (as {flow.name!r}), and irloom has "
            f"interface {INTERFACE}: install a version of {brought.package} for this irloom."
        )
    return flow


def _make_flow(benchmark: Any) -> Any:
    """The flow that asks a benchmark's questions; what is no benchmark stays as it is, to be refused."""
    kind = import_module("irloom.pipelines.evaluate.benchmark").Benchmark
    make = import_module("irloom.pipelines.evaluate.flow").evaluation_flow
    return make(benchmark) if isinstance(benchmark, kind) else benchmark
