"""Which attributes and styles of an SVG are kept, and what their values may be."""

import re
from collections.abc import Iterator, Mapping

_STYLES = frozenset(
    "fill fill-rule fill-opacity stroke stroke-width stroke-linejoin stroke-linecap stroke-miterlimit "
    "stroke-dasharray stroke-dashoffset stroke-opacity opacity color display visibility clip-path clip-rule "
    "filter stop-color stop-opacity font font-size font-family font-style font-weight font-stretch "
    "font-variant text-anchor text-align dominant-baseline letter-spacing white-space image-rendering "
    "shape-rendering color-interpolation-filters vector-effect".split()
)
_ATTRIBUTES = _STYLES | frozenset(
    "id x y dx dy width height cx cy r rx ry x1 y1 x2 y2 fx fy d points transform viewBox version rotate "
    "preserveAspectRatio offset gradientUnits gradientTransform spreadMethod patternUnits "
    "patternContentUnits patternTransform clipPathUnits filterUnits primitiveUnits in in2 result "
    "type values textLength".split()
)
_REFERRING = frozenset({"fill", "stroke", "clip-path", "filter"})
_REFERENCE = re.compile(r"url\(\s*(['\"]?)(#[\w.:-]+)\1\s*\)")
_PLAIN = re.compile(r"[\w\s.,%#+\-'\"/]*")
"""No parenthesis, so that no function, known or to come, loads anything."""
_NUMBERS = r"\([\d\s.,eE%+\-]*\)"
_FUNCTIONS = re.compile(rf"[\s,]*(?:(?:matrix|translate|scale|rotate|skewX|skewY){_NUMBERS}[\s,]*)*")
_COLOUR = re.compile(rf"(?:rgba?|hsla?){_NUMBERS}")
_TRANSFORMS = frozenset({"transform", "gradientTransform", "patternTransform"})
_LOCAL = re.compile(r"#[\w.:-]+")
_PIXELS = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=\s]*")
_SHEET = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")


def clean_attributes(element: str, attributes: Mapping[str, str], refers: bool) -> dict[str, str]:
    """What is kept of an element's attributes; `refers` says whether it may name other elements.

    Names have their namespaces, as expat gives them. What a style refers to becomes an attribute.
    """
    kept: dict[str, str] = {}
    for full, value in attributes.items():
        space, _, name = full.rpartition(" ")
        if name == "href" and space in {"", "http://www.w3.org/1999/xlink"}:
            pattern = _PIXELS if element == "image" else _LOCAL
            if pattern.fullmatch(value) and (refers or element == "image"):
                kept["href"] = value
        elif name == "style" and not space:
            kept |= _clean_style(value, refers)
        elif not space and name in _ATTRIBUTES and (cleaned := _clean(name, value, refers)) is not None:
            kept[name] = cleaned
    return kept


def clean_sheet(text: str) -> str:
    """A style sheet of one rule for all elements, as Matplotlib writes it; nothing of any other."""
    found = _SHEET.fullmatch(text)
    said = "; ".join(f"{name}: {value}" for name, value in _list_styles(found[1])) if found else ""
    return f"*{{{said}}}" if said else ""


def _clean_style(text: str, refers: bool) -> dict[str, str]:
    kept = {
        name: f"url({found[2]})"
        for name, value in _split(text)
        if refers and name in _REFERRING and (found := _REFERENCE.fullmatch(value))
    }
    said = "; ".join(f"{name}: {value}" for name, value in _list_styles(text))
    return {**kept, "style": said} if said else kept


def _list_styles(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _split(text):
        if name in _STYLES and (_PLAIN.fullmatch(value) or _COLOUR.fullmatch(value)):
            yield name, value


def _split(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, is_pair, value = part.partition(":")
        if is_pair:
            yield name.strip().lower(), value.strip()


def _clean(name: str, value: str, refers: bool) -> str | None:
    if name == "id":
        return value if re.fullmatch(r"[\w.:-]+", value) else None
    if name in _TRANSFORMS:
        return value if _FUNCTIONS.fullmatch(value) else None
    if name in _REFERRING and (found := _REFERENCE.fullmatch(value.strip())):
        return f"url({found[2]})" if refers else None
    return value if _PLAIN.fullmatch(value) or _COLOUR.fullmatch(value) else None
