"""Makes thermal files as cameras write them, and broken ones, for tests."""

import gzip
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Body = Literal["plain", "big", "png", "tiff"]
"""How the raw image stands in its record: bare counts in either byte order, a PNG, or a TIFF."""

CAMERA: Mapping[str, float] = {
    **{"emissivity": 0.95, "distance_m": 1.0, "reflected_k": 293.15, "air_k": 293.15, "window_k": 293.15},
    **{"window_transmission": 1.0, "humidity": 0.5, "r1": 21106.77, "b": 1501.0, "f": 1.0, "o": -7340},
    **{"r2": 0.012545258, "alpha_1": 0.006569, "alpha_2": 0.01262, "beta_1": -0.002276},
    **{"beta_2": -0.00667, "x": 1.9},
}
"""A camera with common constants, which looks at something at 20 °C all around."""
_PLACES = {
    **{"emissivity": 32, "distance_m": 36, "reflected_k": 40, "air_k": 44, "window_k": 48},
    **{"window_transmission": 52, "humidity": 60, "r1": 88, "b": 92, "f": 96},
    **{"alpha_1": 112, "alpha_2": 116, "beta_1": 120, "beta_2": 124, "x": 128, "r2": 780},
}
_DIRECTORY = 0x40


def make_counts(width: int = 80, height: int = 60) -> NDArray[np.uint16]:
    """A slope of counts that are about -12 to 44 °C under `CAMERA`."""
    return np.linspace(13_000, 22_000, width * height).reshape(height, width).astype(np.uint16)


def make_raw_record(
    counts: NDArray[np.uint16], body: Body = "plain", size: tuple[int, int] | None = None
) -> bytes:
    """Record 1; `size` declares another width and height than the image has."""
    order = ">" if body == "big" else "<"
    width, height = size or (counts.shape[1], counts.shape[0])
    head = struct.pack(f"{order}HHH", 2, width, height).ljust(32, b"\0")
    return head + _encode(counts, body)


def _encode(counts: NDArray[np.uint16], body: Body) -> bytes:
    if body in ("plain", "big"):
        return counts.astype(">u2" if body == "big" else "<u2").tobytes()
    file = io.BytesIO()
    if body == "png":
        Image.fromarray(counts.byteswap()).save(file, "PNG")
    else:
        Image.fromarray(counts).save(file, "TIFF")
    return file.getvalue()


def make_camera_record(
    changes: Mapping[str, float] = MappingProxyType({}), order: Literal["<", ">"] = "<"
) -> bytes:
    """Record 32 of `CAMERA` with some values changed, by a made-up model."""
    values = {**CAMERA, **changes}
    record = bytearray(0x480)
    struct.pack_into(f"{order}H", record, 0, 2)
    for name, place in _PLACES.items():
        struct.pack_into(f"{order}f", record, place, values[name])
    struct.pack_into(f"{order}i", record, 776, int(values["o"]))
    struct.pack_into(f"{order}HH", record, 784, 13_000, 22_000)
    record[212 : 212 + 9] = b"Testcam 1"
    record[260 : 260 + 4] = b"0042"
    struct.pack_into(f"{order}IIh", record, 900, 1_700_000_000, 250, -60)
    return bytes(record)


def make_block(records: Sequence[tuple[int, bytes]], order: Literal["<", ">"] = ">") -> bytes:
    """An FFF block with these records by type, and two empty entries at the end, as cameras leave some."""
    count = len(records) + 2
    place = _DIRECTORY + count * 32
    entries, bodies = b"", b""
    for kind, content in records:
        entries += struct.pack(f"{order}HHIIIIIII", kind, 2, 100, 1, place, len(content), 0, 0, 0)
        bodies += content
        place += len(content)
    head = bytearray(_DIRECTORY)
    head[:8] = b"FFF\0TEST"
    struct.pack_into(f"{order}III", head, 0x14, 100, _DIRECTORY, count)
    return bytes(head) + entries + bytes(64) + bodies


def wrap_block(block: bytes, chunk: int = 65_000, picture: bytes | None = None) -> bytes:
    """A JPEG with the block in APP1 segments, behind other segments that readers have to pass over."""
    parts = [block[start : start + chunk] for start in range(0, len(block), chunk)]
    segments = b"\xff\xe1" + struct.pack(">H", 8) + b"Exif\0\0"
    for number, part in enumerate(parts):
        body = b"FLIR\0\x01" + bytes([number, len(parts) - 1]) + part
        segments += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    jpeg = picture or make_jpeg()
    return jpeg[:2] + segments + jpeg[2:]


def make_jpeg(width: int = 80, height: int = 60) -> bytes:
    """A picture without temperatures."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def make_rjpeg(
    counts: NDArray[np.uint16] | None = None,
    body: Body = "plain",
    camera: Mapping[str, float] = MappingProxyType({}),
) -> bytes:
    """A whole radiometric JPEG."""
    counts = make_counts() if counts is None else counts
    records = [(1, make_raw_record(counts, body)), (32, make_camera_record(camera))]
    return wrap_block(make_block(records))


def write(path: Path, content: bytes) -> Path:
    """Write a file and give its path, for a line."""
    path.write_bytes(content)
    return path


def write_values(path: Path, values: NDArray[Any]) -> Path:
    """A TIFF or PNG of values as they are, in one channel."""
    Image.fromarray(values).save(path)
    return path


def make_cptv(frames: Sequence[NDArray[np.uint16]]) -> bytes:
    """A CPTV video of version 2, whose frames are stored as differences of 16 bits each."""
    height, width = frames[0].shape
    fields = [
        *((b"T", struct.pack("<Q", 1_700_000_000_000_000)), (b"X", struct.pack("<I", width))),
        *((b"Y", struct.pack("<I", height)), (b"C", b"\x01"), (b"D", b"test")),
    ]
    content = b"CPTV\x02" + _section(b"H", fields)
    before = np.zeros(width * height, dtype=np.int64)
    for frame in frames:
        line = _wind(frame.astype(np.int64))
        change = line - before
        steps = np.diff(change, prepend=0)
        packed = struct.pack("<i", steps[0]) + steps[1:].astype(">i2").tobytes()
        head = [(b"w", b"\x10"), (b"f", struct.pack("<I", len(packed))), (b"t", struct.pack("<I", 0))]
        content += _section(b"F", [*head, (b"c", struct.pack("<I", 0))]) + packed
        before = line
    return gzip.compress(content, mtime=0)


def _wind(frame: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pixels in their order of storage: every second row runs backwards."""
    rows = [row[::-1] if number % 2 else row for number, row in enumerate(frame)]
    return np.concatenate(rows)


def _section(kind: bytes, fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    return kind + bytes([len(fields)]) + b"".join(bytes([len(body)]) + name + body for name, body in fields)


def make_png(width: int, height: int, body: bytes, depth: int = 16) -> bytes:
    """A PNG whose header may promise what its data does not hold."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)),
        *((b"IDAT", body), (b"IEND", b"")),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    )
