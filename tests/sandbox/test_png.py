"""A PNG from a script is kept as its pixels alone, or refused with the reason."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from irloom.sandbox.png import BadImage, clean_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(mode: str = "RGBA", size: tuple[int, int] = (7, 5), **options: object) -> bytes:
    shape = (size[1], size[0], len(mode))
    pixels = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG", **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int = 7, height: int = 5, *rest: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *(rest or (8, 6, 0, 0, 0))))


def pixels(width: int = 7, height: int = 5) -> bytes:
    return chunk(b"IDAT", zlib.compress(bytes(height * (1 + 4 * width))))


END = chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_pixels_are_kept_and_words_and_times_are_not(mode: str) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody")
    words.add(b"tIME", bytes(7))
    given = encode(mode, pnginfo=words, dpi=(72, 72))
    cleaned, width, height = clean_png(given, 100, 1000)
    assert (width, height) == (7, 5)
    assert b"somebody" in given
    with Image.open(io.BytesIO(given)) as before, Image.open(io.BytesIO(cleaned)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.info == {}
    assert clean_png(cleaned, 100, 1000)[0] == cleaned


def test_what_follows_the_end_is_left_out() -> None:
    assert clean_png(encode() + b"more", 100, 1000)[0] == clean_png(encode(), 100, 1000)[0]


BAD = {
    "nothing": (b"", "not a PNG"),
    "another format": (b"GIF89a" + bytes(50), "not a PNG"),
    "half of one": (encode()[:60], "checksum"),
    "no end": (SIGNATURE + header() + pixels(), "cut off"),
    "no header": (SIGNATURE + pixels() + END, "no header"),
    "a wrong checksum": (encode().replace(b"IEND", b"IENE"), "checksum"),
    "a length beyond the end": (SIGNATURE + b"\xff\xff\xff\xffIDAT" + bytes(20), "checksum"),
    "no pixels": (SIGNATURE + header() + END, "do not fill it"),
    "too few pixels": (SIGNATURE + header() + pixels(7, 4) + END, "do not fill it"),
    "too many pixels": (SIGNATURE + header() + pixels(7, 6) + END, "do not fill it"),
    "a bomb": (SIGNATURE + header() + chunk(b"IDAT", zlib.compress(bytes(10**8))) + END, "do not fill it"),
    "no deflate": (SIGNATURE + header() + chunk(b"IDAT", b"abc") + END, "cannot be unpacked"),
    "an unknown filter": (
        SIGNATURE + header(1, 1) + chunk(b"IDAT", zlib.compress(b"\x09" + bytes(4))) + END,
        "do not fill it",
    ),
    "no width": (SIGNATURE + header(0, 5) + pixels() + END, "0 x 5 pixels"),
    "too wide": (SIGNATURE + header(101, 1) + pixels(101, 1) + END, "101 x 1 pixels"),
    "too many in all": (SIGNATURE + header(90, 90) + pixels(90, 90) + END, "90 x 90 pixels"),
    "sixteen bits": (SIGNATURE + header(7, 5, 16, 6, 0, 0, 0) + pixels() + END, "16 bits"),
    "a palette": (encode("L"), "colour type 0"),
    "interlaced": (SIGNATURE + header(7, 5, 8, 6, 0, 0, 1) + pixels() + END, "does not write"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_what_is_not_a_sound_png_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(BadImage, match=said):
        clean_png(data, 100, 1000)
