"""Copies a visible image into the run, where requests take pictures from."""

import asyncio
import hashlib
from pathlib import Path

from irloom.agents.context import here
from irloom.engine.images import encode_png, hash_source, keep_bytes, read_plain
from irloom.engine.journal import Turn
from irloom.engine.session import Act, Session
from irloom.engine.storage import safe_name
from irloom.inside import refuse_outside
from irloom.protocols import Place
from irloom.records import Fault, Sample
from irloom.sources.sets.pictures import has_border

_MAX_PIXELS = 100_000_000


async def bring_visible(
    session: Session, sample: Sample, follow_links: bool, place: Place | None = None
) -> str | Fault:
    """Its path in the run directory; the same copy again where it lies there unchanged.

    `place` is where the call stands, the detector's where left out. A SourceError's fault for a link that
    leads out of the image folder, unless such are followed.
    """
    crop = getattr(sample, "crop", None)
    source = session.folders.images / sample.image

    async def work(seed: int) -> Turn:
        await asyncio.to_thread(refuse_outside, source, session.folders.images, follow_links)
        return {"result": await asyncio.to_thread(_copy, source, session.folders.root, sample, crop)}

    digest = await hash_source(source)
    if isinstance(digest, Fault):
        return digest
    content = {
        "image": digest,
        "size": [sample.width, sample.height],
        **({"crop": crop} if crop else {}),
    }
    place = place or here("detector", "verify", node="bring_visible")
    return await session.act(Act(place, content, work, lambda turn: str(turn["result"]["image"])))


def _copy(source: Path, root: Path, sample: Sample, crop: tuple[int, int, int, int] | None) -> Turn:
    """The file as it is where every reader shows it alike, else its pixels upright and in RGB."""
    from irloom.backends.images import load_rgb  # only who shows photographs waits for NumPy

    if crop is None:
        pixels = load_rgb(source, _MAX_PIXELS, sample.width, sample.height)
    else:
        pixels = load_rgb(source, _MAX_PIXELS)
        if has_border((pixels.shape[1], pixels.shape[0]), crop):
            pixels = pixels[crop[1] : crop[3], crop[0] : crop[2]]
    content, suffix = None if crop else read_plain(source), source.suffix.lower()
    if content is None:
        content, suffix = encode_png(pixels), ".png"
    name = f"images/visible/{safe_name(sample.id)}{suffix}"
    keep_bytes(root, name, content)
    return {"image": name, "sha256": hashlib.sha256(content).hexdigest()}
