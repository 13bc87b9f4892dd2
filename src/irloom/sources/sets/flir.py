"""FLIR ADAS, both versions: COCO files, a folder of pictures and one of 16-bit frames beside them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import PurePosixPath

import orjson

from irloom.errors import ConfigError, SourceError
from irloom.records import Sample
from irloom.sources.coco import CocoSource
from irloom.sources.losses import Losses
from irloom.sources.sets.entry import Entry, Loss, Marks
from irloom.sources.sets.flir_info import ImageInfo
from irloom.sources.sets.form import Form, Task

_V1 = ("train", "val", "video")
_INFRARED = {"train": "images_thermal_train", "val": "images_thermal_val", "test": "video_thermal_test"}
_VISIBLE = {"train": "images_rgb_train", "val": "images_rgb_val", "test": "video_rgb_test"}
_PAIRS = "rgb_to_thermal_vid_map.json"
_PARTS = {"train": "train", "val": "val", "video": "test"}


def scan_v1(task: Task) -> Iterator[Entry]:
    """The thermal pictures; the visible ones of this version are of other sizes and places, and are left.

    Its pictures are frames of films, and nothing tells where one film ends: a folder of them is one sequence.
    """
    for folder in _V1:
        file = f"{folder}/thermal_annotations.json"
        if task.options.pictures == "visible" or not task.files.has(file):
            continue
        for entry in _scan_file(task, folder, file):
            entry.part = _PARTS[folder]
            entry.sequence = folder
            if (raw := _find_raw(task, entry, "thermal_16_bit", folder)) is not None:
                entry.temperatures = raw
            yield entry


def scan_v2(task: Task) -> Iterator[Entry]:
    """Pictures of the wanted kind; only those of the test videos have partners."""
    visible = task.options.pictures == "visible"
    for part, folder in (_VISIBLE if visible else _INFRARED).items():
        file = f"{folder}/coco.json"
        if not task.files.has(file):
            continue
        partners = _read_pairs(task) if task.options.pictures == "pairs" and part == "test" else {}
        for entry in _scan_file(task, folder, file):
            entry.part = part
            if visible:
                entry.visible, entry.infrared = entry.infrared, None
            else:
                entry.temperatures = _find_raw(task, entry, "analyticsData", folder)
                _add_partner(task, entry, partners, part)
            yield entry


def _scan_file(task: Task, folder: str, file: str) -> Iterator[Entry]:
    """The images of one COCO file; what the user ignores stays as ignored regions."""
    root = task.files.root
    try:
        source = CocoSource(
            root / folder,
            None,
            root / file,
            task.cache,
            task.progress,
            needs_captions=False,
            ignore_labels=(),
        )
    except ConfigError as error:
        raise ConfigError(f"{root / file} of the set: {error}") from error
    with closing(source), closing(ImageInfo(root / file)) as info:
        _pass_on(source.losses, task)
        for sample in source:
            yield _make_entry(sample, folder, task, info)


def _make_entry(sample: Sample, folder: str, task: Task, info: ImageInfo) -> Entry:
    path = PurePosixPath(sample.image)
    entry = Entry(f"{folder}/{path.stem or sample.id}", infrared=f"{folder}/{path}" if sample.image else None)
    marks = Marks(task.names)
    if sample.width and sample.height:
        marks.size = (sample.width, sample.height)
    for box in sample.boxes:
        shares = [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1]
        marks.take(box.label, shares, crowd=box.crowd, polygons=box.polygons, shares=True)
    marks.notes.update(sample.notes)
    entry.mark(marks)
    entry.scene, entry.sequence = info.find(sample.id)
    entry.sequence = entry.sequence or _read_sequence(path.stem)
    entry.fault = sample.fault.message if sample.fault else None
    return entry


def _read_sequence(stem: str) -> str | None:
    """The video of a name such as `video-4FRnNpmSmwktFJKjg-frame-000745-L6K8vZjzqK9xaMxBN`."""
    video, _, frame = stem.partition("-frame-")
    return video.removeprefix("video-") if frame else None


def _find_raw(task: Task, entry: Entry, place: str, folder: str) -> str | None:
    """The 16-bit frame of a picture, where this copy of the set has it."""
    stem = PurePosixPath(entry.infrared or "").stem
    names = (f"{folder}/{place}/{stem}{suffix}" for suffix in (".tiff", ".tif"))
    return next((name for name in names if stem and task.files.has(name)), None)


def _read_pairs(task: Task) -> dict[str, str]:
    """Names of visible pictures by those of thermal ones."""
    if not task.files.has(_PAIRS):
        task.lose(Loss("annotations", "annotation_missing", _PAIRS))
        return {}
    try:
        listed = orjson.loads(task.files.read(_PAIRS))
    except (SourceError, orjson.JSONDecodeError) as error:
        raise ConfigError(
            f"{task.files.root / _PAIRS} cannot be read: {error}; take it from the set anew"
        ) from error
    if not isinstance(listed, dict):
        raise ConfigError(f"{task.files.root / _PAIRS} is no object of file names; take it from the set anew")
    pairs = {thermal: visible for visible, thermal in listed.items() if isinstance(thermal, str)}
    return {PurePosixPath(thermal).name: PurePosixPath(visible).name for thermal, visible in pairs.items()}


def _add_partner(task: Task, entry: Entry, partners: Mapping[str, str], part: str) -> None:
    if not partners or entry.infrared is None:
        return
    name = partners.get(PurePosixPath(entry.infrared).name)
    where = f"{_VISIBLE[part]}/data/{name}"
    if name is not None and task.files.has(where):
        entry.visible = where
    else:
        entry.note("partner_missing")


def _pass_on(losses: Losses, task: Task) -> None:
    for what, reasons in losses.counts.items():
        for reason, number in reasons.items():
            task.lose(Loss(what, reason, losses.examples[f"{what} {reason}"], number))


V1 = Form(
    name="flir-v1",
    about="{train,val,video}/thermal_annotations.json beside thermal_8_bit",
    scan=scan_v1,
    polarity="white_hot",
    licence="FLIR ADAS: terms of Teledyne FLIR, no redistribution",
)
V2 = Form(
    name="flir-v2",
    about="images_thermal_{train,val}/coco.json and video_thermal_test/coco.json beside data",
    scan=scan_v2,
    polarity="white_hot",
    licence="FLIR ADAS: terms of Teledyne FLIR, no redistribution",
)
