"""Opens a set by the name that `--source` gives it."""

from collections.abc import Mapping
from pathlib import Path

from irloom.errors import ConfigError
from irloom.sources.collector import Progress
from irloom.sources.sets import (
    dronevehicle,
    flir,
    kaist,
    llvip,
    lsotb,
    m3fd,
    plain,
    rgbnir,
    vedai,
    visdrone,
    voc_form,
    yolo,
)
from irloom.sources.sets.form import Form
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.reader import IndexedSet, NoImages

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        flir.V1,
        flir.V2,
        llvip.FORM,
        m3fd.FORM,
        dronevehicle.FORM,
        visdrone.FORM,
        vedai.FORM,
        lsotb.FORM,
        kaist.FORM,
        rgbnir.FORM,
        yolo.FORM,
        voc_form.FORM,
        plain.FORM,
    )
}
"""The readers by name."""
ALIASES: Mapping[str, tuple[str, ...]] = {"flir": ("flir-v2", "flir-v1")}
"""Names of several forms, of which the folder shows which one it has."""
NAMES: tuple[str, ...] = (*FORMS, *ALIASES)


def open_set(
    name: str,
    root: Path,
    options: SetOptions | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> IndexedSet:
    """Read the names and annotations of a set; its pictures are looked at when they are asked for.

    `cache` is where indexes of COCO files are kept. Raises ConfigError for an unknown name, and where nothing
    of the folder fits the form.
    """
    report = progress or (lambda what, done, total: None)
    if name in ALIASES:
        return _open_first(name, root, options or SetOptions(), cache, report)
    if name not in FORMS:
        raise ConfigError(f"--source {name!r} is unknown; there are {', '.join(NAMES)}")
    return IndexedSet(FORMS[name], root, options or SetOptions(), cache, report)


def _open_first(
    name: str, root: Path, options: SetOptions, cache: Path | None, progress: Progress
) -> IndexedSet:
    """The first of an alias's forms that the folder has images in."""
    for form in ALIASES[name]:
        try:
            return IndexedSet(FORMS[form], root, options, cache, progress)
        except NoImages:
            continue
    known = "; or by ".join(FORMS[form].about for form in ALIASES[name])
    raise ConfigError(f"--root {root} holds no image of {name!r}, which is known by {known}")
