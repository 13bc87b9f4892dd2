"""Finds the level at which scripts can be run here, by letting one try to get out."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.drawings import SandboxLevel
from irloom.errors import ConfigError, SandboxError
from irloom.records import Row
from irloom.sandbox.canary import find_leaks, try_to_escape
from irloom.sandbox.runner import Sandbox
from irloom.sandbox.worker import ServerGone

UNSAFE_FLAG = "--i-accept-running-model-code-unsandboxed"
CONTAINER_FLAG = "--sandbox-container"
CONTAINER_EXAMPLE = (
    "podman run --rm -i --network none --read-only --cap-drop ALL --security-opt no-new-privileges "
    "--pids-limit 32 --memory 2g --tmpfs /tmp:size=64m IMAGE python3"
)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the user asks of the sandbox."""

    level: SandboxLevel | None = None
    """None takes the best that holds; `off` has to be asked for."""
    container: Sequence[str] = ()
    """The command that starts a container, up to and with a Python that has Matplotlib."""
    workers: int | None = None
    """How many scripts run at a time; None for one a core."""
    cache: Path | None = None
    """A folder in which the list of the machine's fonts is kept."""


class Probe(Row):
    """What was tried here, and what came of it; for a run's manifest."""

    level: SandboxLevel
    machine: str
    kernel: str
    hold: Mapping[str, Any]
    """What the server says holds its jobs: user, Landlock's ABI, the filter."""
    canary: Mapping[str, str]
    """What a script that tried to get out came to, by attempt; empty where none was sent."""
    passed_over: Mapping[str, str]
    """Why a better level was not taken."""


async def open_sandbox(options: SandboxOptions) -> tuple[Sandbox, Probe]:
    """Open the best sandbox that holds here, with one server warm. Raises ConfigError where none does."""
    passed_over: dict[str, str] = {}
    for level in _list_levels(options):
        try:
            return await _open_at(level, options, passed_over)
        except _DoesNotHold as error:
            passed_over[level] = str(error)
    raise ConfigError(_refuse(passed_over))


async def probe_sandbox(options: SandboxOptions) -> Probe:
    """Say what holds here, and leave nothing running. Raises ConfigError where too little does."""
    sandbox, probe = await open_sandbox(options)
    await sandbox.close()
    return probe


class _DoesNotHold(Exception):
    """A level cannot be had here; the message says why."""


def _list_levels(options: SandboxOptions) -> tuple[SandboxLevel, ...]:
    if options.level == "container" and not any(options.container):
        raise ConfigError(f"the level `container` needs a command: {CONTAINER_FLAG} '{CONTAINER_EXAMPLE}'")
    if options.level is not None:
        return (options.level,)
    return ("container",) if options.container else ("strict", "standard")


async def _open_at(
    level: SandboxLevel, options: SandboxOptions, passed_over: Mapping[str, str]
) -> tuple[Sandbox, Probe]:
    if options.cache is not None:
        _make(options.cache)
    try:
        sandbox = Sandbox(level, options.container, options.workers, options.cache)
    except ConfigError as error:
        raise _DoesNotHold(str(error)) from error
    try:
        hold = await sandbox.open()
        canary = await _check(sandbox, hold)
    except BaseException as error:
        await sandbox.close()
        if isinstance(error, ServerGone | SandboxError):
            raise _DoesNotHold(str(error)) from error
        raise
    probe = Probe(
        level=level,
        machine=platform.machine(),
        kernel=f"{platform.system()} {platform.release()}",
        hold=hold,
        canary=canary,
        passed_over=passed_over,
    )
    return sandbox, probe


async def _check(sandbox: Sandbox, hold: Mapping[str, object]) -> Mapping[str, str]:
    """Give what the canary came to; raises _DoesNotHold where it got out."""
    if sandbox.level == "off":
        return {}
    problems = hold["problems"]
    if sandbox.level != "container" and problems:
        raise _DoesNotHold("; ".join(map(str, problems)) if isinstance(problems, list) else str(problems))
    outcomes = await try_to_escape(sandbox)
    if isinstance(outcomes, str):
        raise _DoesNotHold(outcomes)
    if leaks := find_leaks(sandbox.level, outcomes):
        raise _DoesNotHold(f"a script could: {', '.join(leaks)}")
    return outcomes


def _make(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the list of fonts cannot be kept in {cache}: {error}") from error


def _refuse(passed_over: Mapping[str, str]) -> str:
    tried = "\n".join(f"  {level}: {why}" for level, why in passed_over.items())
    return (
        f"no sandbox holds here, so code that a model wrote is not run. Tried:\n{tried}\nWays out:\n"
        "  Linux 5.13 or newer on x86_64 or aarch64, with Landlock (cat /sys/kernel/security/lsm)\n"
        f"  a container: {CONTAINER_FLAG} '{CONTAINER_EXAMPLE}'\n"
        f"  {UNSAFE_FLAG}, which runs that code with all your rights"
    )
