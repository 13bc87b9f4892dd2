"""What decides the rows of a run, so that a resume under other conditions is refused.

In are the flow's revision, the digests of inputs, prompts, lexicons, tables and starting rules, the models
and their parameters, and with mining whether samples run one at a time. Out is what `irloom.settings` marks:
timeouts, limits, other concurrency, the base URL, the device and the batch size change when, not what.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from irloom.config import RunConfig
from irloom.engine.texts import digest_text
from irloom.settings import list_decisive


def fingerprint(config: RunConfig, digests: Mapping[str, str], revision: int = 1) -> dict[str, Any]:
    """Name every decisive part with its value; `digests` are those of the files that were read."""
    parts = dict(list_decisive(config)) | config.name_circumstances()
    parts |= {"revision": revision} if revision > 1 else {}
    return dict(sorted({**parts, **{f"digest.{name}": value for name, value in digests.items()}}.items()))


_ORDER = {True: "1", False: "more than 1", "not set": "without mining"}


def name_changes(old: Mapping[str, Any], new: Mapping[str, Any], unset: Collection[str] = ()) -> list[str]:
    """Say in a line each what differs between two fingerprints.

    `unset` are settings that have their default now: one that the old run did not know yet is no change.
    """
    names = sorted(name for name in old.keys() | new.keys() if name in old or name not in unset)
    pairs = ((name, old.get(name, "not set"), new.get(name, "not set")) for name in names)
    return [_name_change(name, before, after) for name, before, after in pairs if before != after]


def _revision(value: Any) -> str:
    return f"revision {1 if value == 'not set' else value}"


def _name_change(name: str, old: Any, new: Any) -> str:
    if name == "sequential":
        return f"concurrency: was {_ORDER[old]}, now {_ORDER[new]}, which matters as long as rules are mined"
    if name == "revision":
        return f"revision: rows were made by {_revision(old)} of the flow, irloom now makes {_revision(new)}"
    if name.startswith("digest."):
        return f"{name.removeprefix('digest.')}: the content differs ({str(old)[:12]}, now {str(new)[:12]})"
    return f"{name}: was {old!r}, now {new!r}"


def digest_settings(parts: Mapping[str, Any], section: str, names: Sequence[str]) -> str:
    """Digest of what one backend depends on in a fingerprint: its settings, its tables and its weights."""
    wanted = {name: value for name, value in parts.items() if name.startswith(f"{section}.")}
    files = [str(parts.get(f"digest.{name}")) for name in (*names, f"weights.{section}")]
    return digest_text(repr(sorted(wanted.items())) + "/".join(files))
