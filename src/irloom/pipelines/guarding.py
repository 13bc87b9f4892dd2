"""What a run directory may not decide for whoever opens it: which command runs, where a key goes.

Such settings come from this call, or from a run that this user made, which is known by its signature.
"""

import shlex
from collections.abc import Mapping
from typing import Any

from irloom.addresses import strip_credentials
from irloom.config import RunConfig
from irloom.engine.directory import RunDirectory
from irloom.engine.signature import is_signed, sign
from irloom.errors import RunDirError
from irloom.settings import Guarded, list_guarded, list_options

Where = tuple[str, ...]
"""Names of the tables that lead to a setting, and its own."""
_OFF = ("off",)


def sign_config(config: RunConfig) -> str | None:
    """What a run is known by later; None where it decides nothing of the kind, or no secret can be kept."""
    guarded = _dump(config)
    return sign(guarded) if guarded else None


def refuse_strangers(
    run: RunDirectory, stored: RunConfig, config: RunConfig, given: Mapping[str, Any]
) -> None:
    """Raise RunDirError where a run that is not known decides what only its user may decide.

    `stored` is the run's own configuration, `config` what it comes to with what this call gives.
    """
    needed = list_needed(run, stored, config, given)
    if not needed:
        return
    lines = [f"  {'.'.join(path)} = {_show(value)}" for path, value in needed.items()]
    command = " ".join(["irloom resume", shlex.quote(str(run.root)), *list_flags(type(config), needed)])
    raise RunDirError(
        f"{run.root}: {_say_why(needed)}\n"
        + "\n".join(lines)
        + f"\nIf that is right, say it again: {command}"
        f"{_tell_file(type(config), needed)}"
    )


def list_needed(
    run: RunDirectory, stored: RunConfig, config: RunConfig, given: Mapping[str, Any]
) -> dict[Where, Any]:
    """The guarded settings that this call has to give and does not; no sandbox is to be said each time."""
    known = is_known(run, stored)
    return {
        path: value
        for path, value in list_guarded(config)
        if not _is_given(given, path) and not (known and value not in _OFF)
    }


def is_known(run: RunDirectory, stored: RunConfig) -> bool:
    """Whether this user made the run, and its guarded settings are as they were."""
    return is_signed(_dump(stored), run.about.get("signature"))


def list_flags(kind: type[RunConfig], settings: Mapping[Where, Any]) -> list[str]:
    """The options that repeat settings, as a shell takes them; those without an option are left out."""
    return [flag for path, value in settings.items() if (flag := _flag(kind, path, value)) is not None]


def repeat_settings(config: RunConfig) -> list[str]:
    """The options that a resume of a new run will have to be given."""
    known = sign_config(config) is not None
    needed = {path: value for path, value in list_guarded(config) if value in _OFF or not known}
    return list_flags(type(config), needed)


def repeat_given(kind: type[RunConfig], given: Mapping[str, Any]) -> list[str]:
    """The options among those of a resume that the next one has to be given again."""
    guarded = [
        one.path
        for one in list_options(kind)
        if any(isinstance(mark, Guarded) for mark in one.field.metadata) and _is_given(given, one.path)
    ]
    return list_flags(kind, {path: _find(given, path) for path in guarded})


def repeat_kept(run: RunDirectory, stored: RunConfig) -> list[str]:
    """The options that a resume of a run on disk has to be given."""
    return list_flags(type(stored), list_needed(run, stored, stored, {}))


def _say_why(needed: Mapping[Where, Any]) -> str:
    if all(value in _OFF for value in needed.values()):
        return "its scripts ran without a sandbox, which is to be said at every resume."
    return (
        "it is not known as a run that you made here (it is somebody else's, older than such marks, from "
        "another machine, or was edited), and would decide by itself which command runs without a sandbox, "
        "where a key is read or sent, or what gets into it by links:"
    )


def _dump(config: RunConfig) -> dict[str, Any]:
    """The guarded settings as a run keeps them, credentials left out."""
    return {".".join(path): _plain(value) for path, value in list_guarded(config)}


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return strip_credentials(value) if isinstance(value, str) else list(value)


def _is_given(given: Mapping[str, Any], path: Where) -> bool:
    return _find(given, path) is not None


def _find(given: Mapping[str, Any], path: Where) -> Any:
    found: Any = given
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _flag(kind: type[RunConfig], path: Where, value: Any) -> str | None:
    for one in list_options(kind):
        if one.path != path:
            continue
        if one.is_switch:
            if value == (True if one.option.sets is None else one.option.sets):
                return one.flag
        elif not one.option.choices or value in one.option.choices:
            return f"{one.flag} {shlex.quote(_as_text(value))}"
    return None


def _as_text(value: Any) -> str:
    return str(_plain(value)) if isinstance(value, str) else shlex.join(value)


def _show(value: Any) -> str:
    return repr(_plain(value))


def _tell_file(kind: type[RunConfig], needed: Mapping[Where, Any]) -> str:
    """What belongs into a file, since it has no option."""
    rest = {path: value for path, value in needed.items() if _flag(kind, path, value) is None}
    if not rest:
        return ""
    lines = "".join(
        f"\n  [{'.'.join(path[:-1])}]\n  {path[-1]} = {_show(value)}" for path, value in rest.items()
    )
    return f" --config FILE, with these lines in FILE:{lines}"
