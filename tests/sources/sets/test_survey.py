"""What a set holds, counted and drawn."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from irloom.errors import StorageError
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.picture_kind import is_synthetic, sort_picture
from irloom.sources.sets.survey import survey_set
from irloom.sources.sets.survey_plot import list_charts, plot_survey
from support.sets import open_set, write_llvip, write_picture, write_text


def save(path: Path, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.uint16]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def ramp(low: int, high: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.tile(np.linspace(low, high, 64).astype(np.uint8), (48, 1))


def test_kinds_of_pictures_are_told_by_their_pixels(tmp_path: Path) -> None:
    grey = ramp(0, 255)
    as_colour = np.stack([grey] * 3, 2)
    palette = np.stack([grey, 255 - grey, grey // 2], 2)
    assert sort_picture(save(tmp_path / "a.png", grey), None) == "grey"
    assert sort_picture(save(tmp_path / "b.jpg", as_colour), None) == "grey"
    assert sort_picture(save(tmp_path / "c.png", palette), None) == "pseudo_colour"
    assert sort_picture(save(tmp_path / "d.png", ramp(0, 40)), None) == "unbalanced"
    assert sort_picture(save(tmp_path / "e.png", ramp(120, 130)), None) == "unbalanced"
    assert sort_picture(save(tmp_path / "f.tiff", grey.astype(np.uint16) * 200), None) == "raw"


def test_a_border_is_not_looked_at(tmp_path: Path) -> None:
    bordered = np.full((68, 84), 255, np.uint8)
    bordered[10:58, 10:74] = ramp(0, 40)
    assert sort_picture(save(tmp_path / "a.png", bordered), (10, 10, 74, 58)) == "unbalanced"


def test_pictures_that_say_that_a_program_made_them_are_synthetic(tmp_path: Path) -> None:
    note = PngInfo()
    note.add_text("parameters", "a thermal photograph of a street")
    Image.new("L", (8, 8)).save(tmp_path / "a.png", pnginfo=note)
    Image.new("L", (8, 8)).save(tmp_path / "b.jpg", comment=b"trainedAlgorithmicMedia")
    Image.new("L", (8, 8)).save(tmp_path / "c.jpg", comment=b"a street")
    found = [is_synthetic(tmp_path / name) for name in ("a.png", "b.jpg", "c.jpg")]
    assert found == [True, True, False]


def write_kaist(root: Path) -> Path:
    for drive in ("set00", "set03"):
        for frame in ("I00000", "I00001"):
            save(root / drive / "V000" / "lwir" / f"{frame}.png", ramp(0, 255))
            write_text(root / drive / "V000" / f"{frame}.txt", "% bbGt version=3", "person 4 6 8 10")
    (root / "set03" / "V000" / "lwir" / "I00001.png").write_bytes(b"nothing")
    return root


def test_a_set_is_counted_by_pictures_data_scenes_and_labels(tmp_path: Path) -> None:
    survey = survey_set(open_set("kaist", write_kaist(tmp_path)))
    assert (survey.totals["images"], survey.totals["pairs"], survey.looked_at) == (4, 0, 4)
    assert survey.boxes == {"person": 4}
    assert survey.pictures == {"grey": 3}
    assert survey.data == {"sequence": 3}
    assert survey.scenes == {"hours": {"day": 2, "night": 2}}
    assert survey.sizes == {"64 x 48": 3}
    assert survey.faults == 1
    assert survey.misfits[0].startswith("set03/V000/I00001: ")


def test_pictures_with_temperatures_are_counted(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.jpg")
    plain = (tmp_path / "ir" / "a.jpg").read_bytes()
    block = b"FLIR\0\x01\0\0FFF\0"
    segment = b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block
    (tmp_path / "ir" / "b.jpg").write_bytes(plain[:2] + segment + plain[2:])
    write_picture(tmp_path / "ir" / "c.png")
    assert survey_set(open_set("folder", tmp_path)).radiometric == 1


def test_stills_that_show_one_place_are_no_frames_of_a_film(tmp_path: Path) -> None:
    for size in ("512", "1024"):
        write_picture(tmp_path / f"Vehicules{size}" / "00000001_ir.png")
    found = open_set("vedai", tmp_path, SetOptions(every=2))
    assert survey_set(found).data == {"still": 1}, "the smaller copy of a picture is left out"


def test_of_many_images_some_are_looked_at(tmp_path: Path) -> None:
    for number in range(20):
        write_picture(tmp_path / "ir" / f"{number:02}.png")
    survey = survey_set(open_set("folder", tmp_path), most=5)
    assert (survey.totals["images"], survey.looked_at) == (20, 5)


def test_pairs_are_compared_where_the_options_say_so(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.png", (64, 48))
    write_picture(tmp_path / "rgb" / "a.png", (64, 64))
    survey = survey_set(open_set("folder", tmp_path, SetOptions(pair_check="tell")))
    assert survey.pairs == {"other_size": 1}
    assert survey.misfits == ("a: the pictures are of different shapes",)
    assert survey_set(open_set("folder", tmp_path)).pairs == {}


def test_the_figures_are_drawn_without_what_a_set_does_not_say(tmp_path: Path) -> None:
    survey = survey_set(open_set("llvip", write_llvip(tmp_path / "set")))
    assert list(list_charts(survey)) == ["infrared pictures", "data", "sizes", "boxes by label (whole set)"]
    plot_survey(survey, tmp_path / "survey.png")
    with Image.open(tmp_path / "survey.png") as drawn:
        assert drawn.format == "PNG"
    with pytest.raises(StorageError, match=r"name a \.png"):
        plot_survey(survey, tmp_path / "survey.nothing")


def test_rare_labels_are_summed_up(tmp_path: Path) -> None:
    survey = survey_set(open_set("llvip", write_llvip(tmp_path)))
    many = survey.model_copy(update={"boxes": {f"label {number}": 1 for number in range(30)}})
    charts = list_charts(many)
    assert charts["boxes by label (whole set)"]["18 others"] == 18
