"""Makes an SVG that nobody vouches for anew: what is known is written out, all else is left behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from irloom.sandbox.png import BadImage
from irloom.sandbox.svg_values import clean_attributes, clean_sheet

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(
    "svg defs style g path use clipPath rect image text tspan pattern filter feColorMatrix "
    "linearGradient radialGradient stop polygon polyline line circle ellipse title desc".split()
)
_WITH_WORDS = frozenset({"text", "tspan", "title", "desc", "style"})
_CLOSED = frozenset({"pattern", "clipPath", "filter"})
"""What is in them refers to nothing: a nest of patterns is drawn as often as a nest of uses."""
_MOST_DEEP = 100
_MOST_DRAWN = 2_000_000
"""Elements that a browser draws, each use counted with what it shows."""


@dataclass(slots=True, eq=False)
class _Node:
    """An element that is kept."""

    name: str
    attributes: dict[str, str]
    parts: "list[_Node | str]" = field(default_factory=list)


def remake_svg(data: bytes) -> bytes:
    """The same picture from known elements, attributes and values alone.

    A hyperlink is left out, and what it surrounds stays. Raises BadImage for what is no well-formed SVG, for
    entities and instructions, and for one that a browser would draw for too long.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.say
    parser.EntityDeclHandler = _refuse_entity
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadImage(f"the SVG is not well formed: {error}") from error
    if reader.root is None:
        raise BadImage("the SVG is none: its outermost element is another")
    _bound_uses(reader.root)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (head + "".join(_write(reader.root, is_root=True))).encode()


class _Reader:
    """Takes what the parser tells, and keeps a tree of what is known."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self._open: list[_Node] = []
        self._names: list[str] = []
        """What is open in the document; `a` stands for itself and is no node."""
        self._left_out = 0
        """How deep in an element that is left out the parser is; 0 outside."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._left_out or not self._fits(namespace, local):
            self._left_out += 1
            return
        self._names.append(local)
        if len(self._names) > _MOST_DEEP:
            raise BadImage(f"the SVG is more than {_MOST_DEEP} elements deep")
        if local == "a":
            return
        closed = any(node.name in _CLOSED for node in self._open)
        node = _Node(local, clean_attributes(local, attributes, refers=not closed))
        if self._open:
            self._open[-1].parts.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, name: str) -> None:
        if self._left_out:
            self._left_out -= 1
        elif self._names.pop() != "a":
            node = self._open.pop()
            if node.name == "style":
                node.parts = [clean_sheet("".join(part for part in node.parts if isinstance(part, str)))]

    def say(self, text: str) -> None:
        if self._open and not self._left_out and self._open[-1].name in _WITH_WORDS:
            self._open[-1].parts.append(text)

    def _fits(self, namespace: str, local: str) -> bool:
        if namespace != _SVG:
            return False
        if not self._open:
            return local == "svg" and self.root is None
        inside = self._open[-1].name
        if inside == "style" or (local == "use" and any(one.name in _CLOSED for one in self._open)):
            return False
        return local == "a" or (local in _SHAPES and local != "svg")


def _bound_uses(root: _Node) -> None:
    """Leave out uses of what holds uses itself, and refuse more than a browser draws in a moment."""
    sizes = {node.attributes["id"]: _measure(node) for node in _walk(root) if "id" in node.attributes}
    drawn = 0
    for node in _walk(root):
        node.parts = [part for part in node.parts if not _is_endless(part, sizes)]
        drawn += 1 + sum(sizes.get(name) or 0 for name in _list_references(node))
        if drawn > _MOST_DRAWN:
            raise BadImage(f"the SVG shows more than {_MOST_DRAWN:,} elements by what it refers to")


def _is_endless(part: "_Node | str", sizes: Mapping[str, int | None]) -> bool:
    """Whether a part is a use of nothing, or of what holds uses."""
    return (
        isinstance(part, _Node)
        and part.name == "use"
        and sizes.get(part.attributes.get("href", "").removeprefix("#")) is None
    )


def _list_references(node: _Node) -> Iterator[str]:
    for name, value in node.attributes.items():
        if name == "href" and value.startswith("#"):
            yield value[1:]
        elif value.startswith("url(#"):
            yield value[5:-1]


def _measure(node: _Node) -> int | None:
    """Elements in a part of the picture; None where a use is among them."""
    count = 0
    for one in _walk(node):
        if one.name == "use":
            return None
        count += 1
    return count


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for part in node.parts:
        if isinstance(part, _Node):
            yield from _walk(part)


def _write(node: _Node, is_root: bool = False) -> Iterator[str]:
    spaces = f' xmlns="{_SVG}"' if is_root else ""
    yield f"<{node.name}{spaces}"
    yield from (f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    if not node.parts:
        yield "/>\n" if is_root else "/>"
        return
    yield ">"
    for part in node.parts:
        if isinstance(part, _Node):
            yield from _write(part)
        else:
            yield escape(part)
    yield f"</{node.name}>" if node.name in _WITH_WORDS else f"</{node.name}>\n"


def _refuse_entity(*_: object) -> None:
    raise BadImage("the SVG declares entities")


def _refuse_instruction(*_: object) -> None:
    raise BadImage("the SVG holds a processing instruction")
