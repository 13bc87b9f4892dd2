"""An SVG from a script holds shapes alone, or is refused with the reason."""

import pytest

from irloom.sandbox.png import BadImage
from irloom.sandbox.svg import check_svg

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


@pytest.mark.parametrize("inside", GOOD.values(), ids=GOOD)
def test_what_matplotlib_writes_passes(inside: str) -> None:
    check_svg(f'<?xml version="1.0"?>{OPEN}{inside}</svg>'.encode())


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
}


@pytest.mark.parametrize("inside", BAD.values(), ids=BAD)
def test_what_would_act_or_load_is_refused(inside: str) -> None:
    with pytest.raises(BadImage, match="the SVG"):
        check_svg(f"{OPEN}{inside}</svg>".encode())


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
        check_svg(data)
