"""VOC XML as another library parses it."""

from pathlib import Path

from torchvision.datasets import VOCDetection

from irloom.sources.sets.xml_tree import read_xml
from support.sets import open_set, write_llvip


def test_torchvision_agrees_on_voc_xml(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    data = (tmp_path / "Annotations" / "010001.xml").read_bytes()
    parsed = VOCDetection.parse_voc_xml(read_xml(data))["annotation"]
    names = ("xmin", "ymin", "xmax", "ymax")
    read = [(one["name"], *(float(one["bndbox"][side]) for side in names)) for one in parsed["object"]]
    image = open_set("llvip", tmp_path).get("010001")
    assert image is not None
    assert len(read) == len(image.boxes) == 2
    (_, x1, y1, x2, y2) = read[0]
    assert (image.boxes[0].x1 * 64, image.boxes[0].y1 * 48) == (x1, y1)
    assert (image.boxes[0].x2 * 64, image.boxes[0].y2 * 48) == (x2, y2)
