"""Tells whether a model met the questions that are to measure it: by the digests of what it was trained on.

An export of a part says in `export.json` which part it holds and which one must not be met; whoever trains
on it hands that file on with the model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson

HOLDS = "holds"
"""Key of `export.json`: digests by part, of what it holds."""
MUST_NOT_MEET = "must_not_meet"
"""Key of `export.json`: digests by part, of what is not to be trained on."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_digests(named: Sequence[str]) -> tuple[str, ...]:
    """The digests among some names, and those that files hold; each once.

    Raises ValueError for what is neither a digest nor a file that names the parts it holds.
    """
    return tuple(dict.fromkeys(digest for name in named for digest in _read(name)))


def list_met(about: Mapping[str, str], trained_on: Iterable[str]) -> list[str]:
    """The parts of a set that a model was trained on; `about` has their digests by part."""
    known = set(trained_on)
    return [part for part, digest in about.items() if digest in known]


def _read(name: str) -> Iterator[str]:
    if _DIGEST.fullmatch(name):
        yield name
        return
    try:
        said = orjson.loads(Path(name).read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{name!r} is neither a digest of 64 hex digits nor a JSON file that can be read ({error})"
        ) from error
    holds = said.get(HOLDS) if isinstance(said, dict) else None
    if not isinstance(holds, dict) or not all(_DIGEST.fullmatch(str(one)) for one in holds.values()):
        raise ValueError(f"{name!r} does not say under {HOLDS!r} which parts it holds, with their digests")
    yield from map(str, holds.values())
