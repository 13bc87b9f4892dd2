"""What a script sends in place of the sandbox's own report is checked, whatever it is."""

import pytest

from irloom.drawings import Drawing, DrawingFault, DrawingJob
from irloom.sandbox.results import Head, read_reply
from support.drawing import Studio

FORGE = """
import io, json, os, struct, zlib
import matplotlib.pyplot as plt
file = io.BytesIO()
plt.plot([1, 2])
plt.savefig(file)
png = file.getvalue()
head = {"reason": None, "drawing_ms": 1, "figures": 1, "texts": [], "axes": []}
def send(head, *parts):
    os.write(3, json.dumps(head).encode() + b"\\n" + b"".join(parts) + b"\\nwhole")
    os._exit(0)
def picture(png, svg=b"", **more):
    send({**head, "png": len(png), "svg": len(svg), **more}, png, svg)
text = {"text": "x", "plain": "x", "role": "text", "axes": None, "box": [0, 0, 1, 1], "rotation": 0,
        "corners": [[0, 0]] * 4, "font_px": 1, "visible": True, "clipped": False}
"""

FORGED = {
    "no head": "os.write(3, b'nonsense\\nwhole'); os._exit(0)",
    "a line and no head": "os.write(3, b'nonsense\\n\\nwhole'); os._exit(0)",
    "another head": "send({'reason': None})",
    "a reason of its own": "send({**head, 'png': 0, 'svg': 0, 'reason': 'accepted'})",
    "no picture": "picture(b'')",
    "half a picture": "picture(png[:-30])",
    "fewer bytes than are said": "send({**head, 'png': 10**6, 'svg': 0}, png)",
    "a length below zero": "send({**head, 'png': -1, 'svg': 0}, png)",
    "a length that is too large": "send({**head, 'png': 10**9, 'svg': 0}, png)",
    "a bomb": (
        "data = zlib.compress(bytes(10**8))\n"
        "def chunk(kind, body): return struct.pack('>I', len(body)) + kind + body + "
        "struct.pack('>I', zlib.crc32(kind + body))\n"
        "picture(png[:8] + chunk(b'IHDR', struct.pack('>IIBBBBB', 9, 9, 8, 6, 0, 0, 0)) + "
        "chunk(b'IDAT', data) + chunk(b'IEND', b''))"
    ),
    "more pixels than are allowed": "picture(png[:16] + struct.pack('>II', 60000, 60000) + png[24:])",
    "no SVG": "picture(png, b'<html xmlns=\"http://www.w3.org/1999/xhtml\"><script/></html>')",
    "texts of no form": "picture(png, texts=[{'text': 'x'}])",
    "a role of its own": "picture(png, texts=[{**text, 'role': 'judge'}])",
    "a box of no numbers": "picture(png, texts=[{**text, 'box': ['a', 0, 0, 0]}])",
    "very many texts": "picture(png, texts=[text] * 60000)",
    "more texts than a page holds": "picture(png, texts=[text] * 30000)",
    "a text without end": "picture(png, texts=[{**text, 'plain': 'x' * 10**6}])",
    "a place among axes that is no number of one": "picture(png, texts=[{**text, 'axes': 10**30}])",
    "a rotation that is no number": "picture(png, texts=[{**text, 'rotation': float('nan')}])",
    "a box without end": "picture(png, texts=[{**text, 'box': [0, 0, float('inf'), 1]}])",
    "a box that is farther than anything": "picture(png, texts=[{**text, 'box': [0, 0, 1e300, 1]}])",
    "a corner that is no number": "picture(png, texts=[{**text, 'corners': [[0, float('nan')]] * 4}])",
    "letters without end": "picture(png, texts=[{**text, 'font_px': float('inf')}])",
    "axes without end": (
        "picture(png, axes=[{'kind': 'polar', 'box': [0, 0, 1, 1], 'visible': True}] * 20000)"
    ),
    "more figures than there are numbers": "picture(png, figures=10**30)",
    "a time that is no number": "picture(png, drawing_ms=float('nan'))",
    "an SVG that is longer than all": "send({**head, 'png': len(png), 'svg': 10**30}, png)",
    "a number of many digits": "os.write(3, b'{\"png\": ' + b'9' * 10**6 + b'}\\n\\nwhole'); os._exit(0)",
    "a nest of lists": "os.write(3, b'[' * 10**6 + b'\\n\\nwhole'); os._exit(0)",
}


@pytest.mark.parametrize("script", FORGED.values(), ids=FORGED)
def test_a_forged_report_that_does_not_hold_together_is_a_bad_image(studio: Studio, script: str) -> None:
    fault = studio.draw(FORGE + script)
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "bad_image"
    assert "The picture cannot be used: " in fault.log


def test_a_forged_report_that_holds_together_is_a_picture_like_any_other(studio: Studio) -> None:
    # A script may draw what it likes, and so may say what it likes of it; it only cannot do harm.
    drawing = studio.draw(f"{FORGE}picture(png, texts=[text])")
    assert isinstance(drawing, Drawing)
    assert drawing.texts[0].text == "x"


def test_a_report_is_no_way_to_name_a_server_state(studio: Studio) -> None:
    fault = studio.draw(f"{FORGE}send({{**head, 'png': 0, 'svg': 0, 'reason': 'timeout'}})")
    assert isinstance(fault, DrawingFault)
    assert fault.reason == "timeout"
    assert isinstance(studio.draw("import matplotlib.pyplot as plt\nplt.plot([1, 2])"), Drawing)


def test_what_is_wrong_with_a_report_is_told(studio: Studio) -> None:
    fault = studio.draw(FORGE + "picture(png, texts=[text] * 30000)")
    assert isinstance(fault, DrawingFault)
    assert "texts: Tuple should have at most 10000 items" in fault.log


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    head = Head(fate="killed", signal=40, wall_ms=1, log="", bytes=0)
    fault = read_reply(DrawingJob("", 0), head, b"")
    assert isinstance(fault, DrawingFault)
    assert "crashed (signal 40)" in fault.log
