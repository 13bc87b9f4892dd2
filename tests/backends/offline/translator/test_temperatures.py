from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.backends.offline.translator.radiometric import Radiometric
from irloom.backends.offline.translator.temperatures import read_temperatures
from irloom.errors import ConfigError
from irloom.options import RadiometricOptions
from irloom.protocols import Translation, TranslationJob
from irloom.records import Box

COCO = """person bicycle car motorcycle airplane bus train truck boat traffic_light fire_hydrant stop_sign
parking_meter bench bird cat dog horse sheep cow elephant bear zebra giraffe backpack umbrella handbag tie
suitcase frisbee skis snowboard sports_ball kite baseball_bat baseball_glove skateboard surfboard
tennis_racket bottle wine_glass cup fork knife spoon bowl banana apple sandwich orange broccoli carrot
hot_dog pizza donut cake chair couch potted_plant bed dining_table toilet tv laptop mouse remote keyboard
cell_phone microwave oven toaster sink refrigerator book clock vase scissors teddy_bear hair_drier
toothbrush""".replace("_", "~")


def write(folder: Path, text: str) -> Path:
    (folder / "table.toml").write_text(text)
    return folder / "table.toml"


def test_every_coco_class_has_an_entry_of_its_own() -> None:
    table = read_temperatures(None)
    labels = [label.replace("~", " ") for label in COCO.split()]
    unknown = table.heat("no such thing")
    assert len(labels) == 80
    assert [label for label in [*labels, "rocket"] if table.heat(label) is unknown] == []


def test_people_are_measured_against_a_warm_body() -> None:
    person = read_temperatures(None).heat("person")
    assert person.excess(0) > person.excess(20) > person.excess(30) > 0
    assert person.excess(34) == 0


def test_a_table_of_the_user_replaces_the_embedded_one(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "[default]\ndelta = 0\n[classes.person]\ndelta = -9\nemissivity = 0.9\n"
        "spread = 0\nmottle = 0\ntexture = 0\n",
    )
    Image.fromarray(np.full((60, 80, 3), 128, np.uint8)).save(tmp_path / "a.png")
    box = Box(label="Person", x1=0.2, y1=0.2, x2=0.8, y2=0.8)
    options = RadiometricOptions.model_validate({"device": "cpu", "temperatures": path})
    translator = Radiometric(options)
    (result,) = translator.translate([TranslationJob(tmp_path / "a.png", (box,), 0)])
    assert isinstance(result, Translation)
    assert (result.objects[0].temperature_c, result.objects[0].emissivity) == (11.0, 0.9)
    assert result.details["temperatures"] == translator._temperatures.digest
    assert result.details["temperatures"] != read_temperatures(None).digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default", "table.toml is not valid TOML"),
        ("[classes]", r"table.toml does not fit .* default: Field required"),
        ("[default]\ndelta = 0\n[classes.cat]\ndelta = 'warm'", r"classes\.cat\.delta"),
        ("[default]\ndelta = 0\n[classes.cat]\ndelta = 1\nemissivity = 2", r"classes\.cat\.emissivity"),
        ("[default]\ndelta = 0\n[classes.cat]\ndelta = 1\nhue = 2", r"classes\.cat\.hue"),
        (
            "[default]\ndelta = 0\n[classes.cat]\ndelta = 1\nzones = [{ rx = 0 }]",
            r"classes\.cat\.zones\.0\.rx",
        ),
    ],
)
def test_a_malformed_table_is_named_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_temperatures(write(tmp_path, text))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml cannot be read"):
        read_temperatures(tmp_path / "gone.toml")
