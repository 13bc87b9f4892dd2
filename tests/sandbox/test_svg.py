"""An SVG from a script is made anew from shapes alone, or refused with the reason."""

import io
import re
import time
from xml.etree import ElementTree

import pytest

from irloom.sandbox.png import BadImage
from irloom.sandbox.svg import remake_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'

GOOD = {
    "shapes": '<g id="a"><path d="M 0 0 L 1 1" style="fill: none; stroke: #1f77b4"/></g>',
    "a use": '<defs><path id="p" d="M 0 0"/></defs><use xlink:href="#p" x="1"/>',
    "a clip": '<g clip-path="url(#p2142e7cebf)"><rect width="1" height="1"/></g>',
    "an image": '<image xlink:href="data:image/png;base64,\niVBORw0KGgo=\n"/>',
    "a style": '<defs><style type="text/css">*{stroke-linejoin: round}</style></defs>',
    "a hatch": '<rect style="fill: url(#h5d)"/><pattern id="h5d"/>',
    "words": "<text style=\"font: 10px 'DejaVu Sans'\">a \\ b @ c url(http://x)</text>",
}


def remake(inside: str) -> str:
    return remake_svg(f'<?xml version="1.0"?>{OPEN}{inside}</svg>'.encode()).decode()


def count_elements(text: str) -> int:
    return sum(1 for _ in ElementTree.fromstring(text).iter())


@pytest.mark.parametrize("inside", GOOD.values(), ids=GOOD)
def test_what_matplotlib_writes_is_kept(inside: str) -> None:
    made = remake(inside)
    assert count_elements(made) == count_elements(f"{OPEN}{inside}</svg>")
    assert remake_svg(made.encode()).decode() == made, "once more changes nothing"
    for value in re.findall(r'(?:stroke|M|width|font): ?[^";<]*', inside):
        assert value in made


def draw_everything() -> bytes:
    """A figure of all kinds of things that Matplotlib writes."""
    from matplotlib import pyplot

    figure, ((one, two), (three, four)) = pyplot.subplots(2, 2)
    one.plot([1, 2, 3], "o--", label=r"$\frac{v_0}{2}$", alpha=0.5)
    one.legend(title="legend")
    two.bar([1, 2], [3, 4], hatch="/", edgecolor="black")
    three.imshow([[1, 2], [3, 4]])
    three.set_xlabel("words & < marks")
    four.scatter([1, 2], [2, 1], c=[1, 2], s=[30, 60])
    four.text(1.5, 1.5, "a link", url="https://example.org", rotation=30)
    written = io.BytesIO()
    figure.savefig(written, format="svg")
    pyplot.close(figure)
    return written.getvalue()


def list_shapes(svg: bytes) -> list[tuple[str, str]]:
    """What is seen of a picture: paths, uses, places and words, in their order."""
    named = [(element.tag.rpartition("}")[2], element) for element in ElementTree.fromstring(svg).iter()]
    return [
        (name, " ".join((element.get("d") or element.get("transform") or element.text or "").split()))
        for name, element in named
        if name in {"path", "use", "image", "text", "rect", "clipPath", "pattern", "tspan"}
    ]


def test_nothing_of_a_real_figure_is_lost_but_its_hyperlink() -> None:
    drawn = draw_everything()
    made = remake_svg(drawn)
    assert list_shapes(made) == list_shapes(drawn)
    assert b"example.org" in drawn
    assert b"example.org" not in made
    assert made.count(b"url(#") == drawn.count(b"url(#")


BAD = {
    "a script": "<script>alert(1)</script>",
    "a script elsewhere": '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    "HTML": "<foreignObject/>",
    "an animation": '<g><set attributeName="onclick" to="x"/></g>',
    "a link": '<a xlink:href="javascript:alert(1)"/>',
    "an event": '<g onload="alert(1)"/>',
    "an event in capitals": '<g ONLOAD="alert(1)"/>',
    "an image from elsewhere": '<image xlink:href="http://example.org/x.png"/>',
    "an image of another kind": '<image href="data:image/svg+xml;base64,AAAA"/>',
    "a use from elsewhere": '<use href="other.svg#a"/>',
    "a style that loads": "<style>@import 'http://example.org'</style>",
    "a style that hides that it loads": r"<style>* {fill: u\72l(http://example.org)}</style>",
    "a style in pieces": "<style>* {fill: ur<!-- -->l(http://example.org)}</style>",
    "a style behind an element": "<style>* {}<title/>@import 'http://example.org';</style>",
    "a second style": "<style>* {}</style><style>@import 'http://example.org'</style>",
    "an attribute that loads": '<g style="fill: url(http://example.org)"/>',
    "a filter that loads": "<g filter=\"url( '//example.org#a')\"/>",
    "an image set": "<g style=\"fill: image-set('http://example.org/a' 1x)\"/>",
    "an image set in a sheet": "<style>* {background: image-set('http://example.org/a' 1x)}</style>",
    "a prefixed image set": "<style>*{content: -webkit-image-set('http://example.org/a' 1x)}</style>",
    "a source": "<style>*{background: src('http://example.org')}</style>",
    "a cross fade": '<rect fill="cross-fade(http://example.org)"/>',
    "a cursor": '<g style="cursor: url(http://example.org)"/>',
    "a property of its own": "<style>*{--a: url(http://example.org)}</style>",
    "a base": '<g xml:base="http://example.org/"><use href="#a"/></g>',
    "an image without a namespace": '<image href="HTTP://example.org/x.png"/>',
    "a comment in a function": '<g style="fill: u/**/rl(http://example.org)"/>',
    "metadata": '<metadata><a xmlns="http://creativecommons.org/ns#">http://example.org</a></metadata>',
}


_HARM = re.compile(
    r"example|script|alert|import|on\w+=|other\.svg|svg\+xml|@|\\\\|<set|<a\b|foreign|image-set",
    re.IGNORECASE,
)


@pytest.mark.parametrize("inside", BAD.values(), ids=BAD)
def test_what_would_act_or_load_is_left_behind(inside: str) -> None:
    assert _HARM.search(inside)
    made = remake(f'{inside}<path d="M 0 0"/>')
    assert not _HARM.search(made)
    assert '<path d="M 0 0"/>' in made


def test_a_hyperlink_does_not_cost_what_it_surrounds() -> None:
    made = remake('<a xlink:href="https://example.org"><text x="1">words &amp; more</text></a>')
    assert made.endswith('<text x="1">words &amp; more</text></svg>\n')


def test_a_nest_of_uses_is_left_out_and_a_plain_use_stays() -> None:
    nest = "".join(
        f'<g id="n{level}">' + f'<use href="#n{level - 1}"/>' * 10 + "</g>" for level in range(1, 12)
    )
    made = remake(f'<defs><path id="n0" d="M 0 0"/>{nest}</defs><use href="#n11"/><use href="#n0" x="1"/>')
    assert '<use href="#n0" x="1"/>' in made
    assert "#n11" not in made
    assert made.count("<use") == 11
    assert "<use" not in remake('<g id="a"><use href="#a"/></g><use id="b" href="#b"/><use href="#none"/>')


def test_a_nest_of_patterns_refers_to_nothing() -> None:
    nest = "".join(
        f'<pattern id="p{level}" width="1" height="1"><rect fill="url(#p{level - 1})"/></pattern>'
        for level in range(1, 12)
    )
    made = remake(f'<pattern id="p0"/>{nest}<rect style="fill: url(#p11)"/>')
    assert made.count("url(") == 1


def test_more_than_a_browser_draws_is_refused() -> None:
    many = f'<g id="a">{"<path/>" * 2000}</g>' + '<use href="#a"/>' * 2000
    with pytest.raises(BadImage, match="the SVG shows more than"):
        remake(many)
    with pytest.raises(BadImage, match="the SVG is more than 100 elements deep"):
        remake("<g>" * 200 + "</g>" * 200)


@pytest.mark.parametrize(
    "value",
    [
        " " * 300_000 + "x(",
        "," * 300_000 + "(",
        "rotate(" * 50_000,
        "rotate(" + " " * 300_000,
        "url(" * 90_000,
    ],
)
def test_no_value_takes_long_to_judge(value: str) -> None:
    started = time.process_time()
    given = f'transform="{value}" fill="{value}" style="fill: {value}" id="{value}"'
    remake(f"<g {given}/><style>*{{fill: {value}}}</style>")
    assert time.process_time() - started < 3, "what is linear takes milliseconds"


MALFORMED = {
    "nothing": b"",
    "no end": OPEN.encode(),
    "bytes": b"\xff\xfe\x00",
    "another document": b"<html/>",
    "no namespace": b"<svg/>",
    "entities": f'<!DOCTYPE svg [<!ENTITY a "x">]>{OPEN}&a;</svg>'.encode(),
    "a file": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{OPEN}&a;</svg>'.encode(),
    "an instruction": f'<?xml-stylesheet href="http://example.org"?>{OPEN}</svg>'.encode(),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_svg_is_refused(data: bytes) -> None:
    with pytest.raises(BadImage, match="the SVG"):
        remake_svg(data)
