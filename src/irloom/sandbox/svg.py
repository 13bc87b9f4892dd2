"""Checks an SVG that nobody vouches for: shapes and pixels, no scripts and nothing from elsewhere."""

import re
from xml.parsers import expat

from irloom.sandbox.png import BadImage

_SHAPES = frozenset(
    "svg metadata defs style g path use clipPath rect image text tspan pattern filter feColorMatrix "
    "linearGradient radialGradient stop polygon polyline line circle ellipse title desc".split()
)
_NAMELESS = frozenset(
    {
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
)
"""Of words about the picture, which no browser acts on."""
_SVG = "http://www.w3.org/2000/svg"
_LOCAL = re.compile(r"#\S*|data:image/png;base64,[A-Za-z0-9+/=\s]*")
_LOADING = re.compile(r"url\(\s*['\"]?(?!['\"]?#)|@|\\|expression", re.IGNORECASE)
"""In a style: what loads something, and the escapes that could hide it."""


def check_svg(data: bytes) -> None:
    """Raise BadImage unless it is a well-formed SVG that a browser can show without acting on it."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = _Checker(parser).start
    parser.EntityDeclHandler = _refuse_entity
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadImage(f"the SVG is not well formed: {error}") from error


class _Checker:
    """Looks at every element, and at the text of styles."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._style: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not (namespace in _NAMELESS or (namespace == _SVG and local in _SHAPES)):
            raise BadImage(f"the SVG holds an element {local!r}")
        for key, value in attributes.items():
            _check_attribute(key.rpartition(" ")[2].lower(), value)
        if self._parser.CharacterDataHandler is not None:
            raise BadImage("the SVG holds an element in a style")
        if local == "style":
            self._parser.CharacterDataHandler = self._style.append
            self._parser.EndElementHandler = self._end_style

    def _end_style(self, name: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        if _LOADING.search("".join(self._style)):
            raise BadImage("the SVG's style would load something")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise BadImage(f"the SVG would act: {name}")
    if name in ("href", "src") and not _LOCAL.fullmatch(value):
        raise BadImage(f"the SVG refers to something outside itself: {value[:80]!r}")
    # Any attribute may be a style: fill, clip-path, mask, filter …
    if name not in ("href", "src", "d", "id") and _LOADING.search(value):
        raise BadImage(f"the SVG would load something: {name}")


def _refuse_entity(*_: object) -> None:
    raise BadImage("the SVG declares entities")


def _refuse_instruction(*_: object) -> None:
    raise BadImage("the SVG holds a processing instruction")
