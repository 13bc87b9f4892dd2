"""Refuses a set whose licence is none of those that were asked for: all pictures of a set have the same."""

from collections.abc import Sequence

from irloom.errors import ConfigError
from irloom.sources.licences import UNKNOWN, name_licence
from irloom.sources.sets.record import SetReader


def refuse_unlicensed(reader: SetReader, licences: Sequence[str]) -> None:
    """Close the reader and raise ConfigError where it says another licence, or none; any will do for ()."""
    code = name_licence(reader.licence)
    if not licences or code in licences:
        return
    reader.close()
    said = "says no licence" if code == UNKNOWN else f"says {reader.licence!r}, which is {code!r} here"
    raise ConfigError(
        f"--licence {','.join(licences)}: the set {reader.name!r} {said}, so that none of its "
        f"{len(reader):,} images is left"
    )
