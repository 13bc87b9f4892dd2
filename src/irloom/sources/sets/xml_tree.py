"""Reads XML of strangers: no entity is declared in it, and none is fetched."""

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from irloom.errors import SourceError

MAX_DEPTH = 100


def read_xml(data: bytes) -> Element:
    """Give the root. Raises SourceError for broken XML, declared entities, and what is nested deeply."""
    builder = TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise SourceError(f"elements are nested more than {MAX_DEPTH} deep")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        raise SourceError(f"it is no XML that can be read: {error}") from error


def _refuse(*_: object) -> NoReturn:
    # A few nested ones grow to gigabytes, and others are files or addresses that a stranger chose.
    raise SourceError("it declares entities, which no annotation needs; it is not read")
