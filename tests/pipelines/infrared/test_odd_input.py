"""Everything odd that users have: each is a clear row or a documented normalisation, never a crash."""

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from offline.check_run import read_rows

CAPTION = "A dog lies beside a bench."


class Odd:
    """Collects images and annotations, then runs them offline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images = folder / "images"
        self.images.mkdir()
        self.entries: list[dict[str, Any]] = []
        self.captions: list[dict[str, Any]] = []
        self.boxes: list[dict[str, Any]] = []

    def add(self, id: Any, name: str, captions: list[Any] | None = None, box: Any = None) -> Path:
        self.entries.append({"id": id, "file_name": name, "width": 64, "height": 48})
        for text in [CAPTION] if captions is None else captions:
            self.captions.append({"id": len(self.captions), "image_id": id, "caption": text})
        self.boxes.append(
            {"id": len(self.boxes), "image_id": id, "category_id": 18, "iscrowd": 0, "segmentation": []}
            | {"bbox": [8, 8, 20, 20] if box is None else box}
        )
        return self.images / name

    def run(self, *options: str) -> int:
        captions, instances = self.folder / "captions.json", self.folder / "instances.json"
        captions.write_text(json.dumps({"images": self.entries, "annotations": self.captions}))
        categories = [{"id": 18, "name": "dog"}]
        instances.write_text(
            json.dumps({"images": self.entries, "annotations": self.boxes, "categories": categories})
        )
        files = ["--images", str(self.images), "--captions", str(captions), "--instances", str(instances)]
        return main(["run", "infrared", *files, "--out", str(self.folder / "run"), "--quiet", *options])

    def rows(self, name: str) -> list[dict[str, Any]]:
        return read_rows(self.folder / "run" / f"{name}.jsonl")

    def failures(self) -> dict[str, str]:
        return {row["sample"]: row["message"] for row in self.rows("failed")}


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Odd:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    return Odd(tmp_path)


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def write_bomb(path: Path) -> None:
    """A PNG of a few bytes that claims 60,000 x 60,000 pixels."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0")),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in [*chunks, (b"IEND", b"")]
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def test_images_that_cannot_be_read_are_rows_with_the_reason(odd: Odd) -> None:
    picture().save(odd.add(1, "whole.png"))
    odd.add(2, "empty.png").touch()
    odd.add(3, "noise.jpg").write_bytes(b"this is no picture" * 50)
    whole = odd.folder / "whole.jpg"
    picture(size=(640, 480)).save(whole)
    odd.add(4, "cut.jpg").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    write_bomb(odd.add(5, "bomb.png"))
    odd.add(6, "missing.png")
    odd.add(7, "folder.png").mkdir()
    picture(size=(300, 20)).save(odd.add(8, "strip.png"))
    assert odd.run() == 1
    failures = odd.failures()
    assert set(failures) == {"2", "3", "4", "5", "6", "7", "8"}
    assert {row["stage"] for row in odd.rows("failed")} == {"source"}
    assert "60000" in failures["5"].replace(",", "").replace(" ", "")
    assert "missing.png" in failures["6"]
    assert "300" in failures["8"]
    assert [row["sample"] for row in odd.rows("pairs")] == ["1"]


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "RGBA", "LA", "I;16"])
def test_pictures_in_other_modes_go_through(mode: str, odd: Odd) -> None:
    path = odd.add(1, "picture.tif" if mode == "CMYK" else "picture.png")
    if mode == "I;16":
        Image.frombytes("I;16", (64, 48), bytes(range(256)) * 24).save(path)
    else:
        picture().convert(mode).save(path)
    assert odd.run() == 0
    with Image.open(odd.folder / "run" / odd.rows("pairs")[0]["image"]) as infrared:
        assert infrared.size == (64, 48)


def test_the_first_frame_of_an_animation_counts(odd: Odd) -> None:
    picture().save(odd.add(1, "moving.gif"), save_all=True, append_images=[picture().rotate(180)])
    assert odd.run() == 0


def test_odd_captions_are_cleaned_dropped_or_kept_and_counted(odd: Odd) -> None:
    odd_captions = [
        "",
        "   ",
        "A dog\n\tlies\x1b[31m beside\x00 a bench.",
        "Ein Hund liegt neben einer Bank.",
        "犬がベンチのそばにいる。",
        "A dog " + "and a dog " * 2_000,
        CAPTION,
        CAPTION,
        None,
        7,
        "A dog with a broken \ud83d emoji.",
    ]
    picture().save(odd.add(1, "one.png", odd_captions))
    picture().save(odd.add(2, "two.png", ["", " "]))
    assert odd.run() == 1
    originals = [row["original"] for row in odd.rows("pairs")]
    assert originals[0].startswith("A dog lies")
    assert not any("\x1b" in text or "\x00" in text for text in originals)
    assert "犬がベンチのそばにいる。" in originals
    assert max(map(len, originals)) <= 2_000
    assert originals.count(CAPTION) == 1
    commit = next(row for row in odd.rows("commits") if row.get("sample") == "1" and row["event"] == "commit")
    assert commit["notes"]["caption_empty"] == 2
    assert commit["notes"]["caption_invalid"] == 2
    assert "no caption" in odd.failures()["2"]


def test_odd_boxes_are_clipped_or_dropped_and_counted(odd: Odd) -> None:
    nan, inf = float("nan"), float("inf")
    boxes: list[Any] = [[nan, 1, 5, 5], [1, 1, inf, 5], [5, 5, -3, 4], [200, 200, 9, 9], [-10, -10, 30, 30]]
    boxes += [[1, 2, 3], "box", [8, 8, 20, 20]]
    picture().save(odd.add(1, "one.png", box=boxes[0]))
    for box in boxes[1:]:
        odd.boxes.append({**odd.boxes[0], "id": len(odd.boxes), "bbox": box})
    assert odd.run() == 0
    (commit,) = [row for row in odd.rows("commits") if row["event"] == "commit"]
    assert commit["notes"] == {"box_invalid": 4, "box_empty": 2, "box_clipped": 1}
    kept = [thing["box"] for thing in odd.rows("pairs")[0]["objects"]]
    assert len(kept) == 2
    assert all(0 <= edge <= 1 for box in kept for edge in box)


def test_ids_that_are_no_file_names_get_safe_images(odd: Odd) -> None:
    ids = ["../../etc/passwd", "a/b", "A", "a", "C:\\x", "名前", "x" * 150, "con aux", ".hidden"]
    for number, name in enumerate(ids):
        picture().save(odd.add(name, f"{number}.png"))
    assert odd.run("--concurrency", "3") == 0
    images = {row["sample"]: row["image"] for row in odd.rows("pairs")}
    assert set(images) == set(ids)
    assert len({image.lower() for image in images.values()}) == len(ids)
    for image in images.values():
        assert (odd.folder / "run" / image).resolve().parent == (odd.folder / "run" / "images").resolve()


def test_a_file_name_that_leaves_the_folder_is_never_opened(odd: Odd) -> None:
    picture().save(odd.folder / "outside.png")
    odd.add(1, "../outside.png")
    odd.add(2, str(odd.folder / "outside.png"))
    assert odd.run() == 1
    assert set(odd.failures()) == {"1", "2"}
    assert not list((odd.folder / "run" / "images").iterdir())


def test_an_image_without_boxes_goes_through_and_is_counted(odd: Odd) -> None:
    picture().save(odd.add(1, "one.png"))
    odd.boxes.clear()
    assert odd.run() == 0
    assert json.loads((odd.folder / "run" / "run.json").read_text())["source"]["image_without_boxes"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [("{not json", "captions.json"), ("[]", "captions.json"), ('{"images": [], "annotations": []}', "")],
)
def test_a_captions_file_that_is_no_coco_is_one_clear_message(
    content: str, said: str, odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    path = odd.folder / "captions.json"
    path.write_text(content)
    code = main(
        [
            "run",
            "infrared",
            "--images",
            str(odd.images),
            "--captions",
            str(path),
            "--out",
            str(odd.folder / "run"),
        ]
    )
    error = capsys.readouterr().err
    assert "Traceback" not in error
    assert said in error
    assert code in {0, 2}
    assert code == 2 or not content.startswith(("{not", "[]"))


@pytest.mark.parametrize("option", ["--images", "--infrared"])
def test_a_wrong_folder_is_one_message_and_not_a_failure_a_sample(
    option: str, odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(25):
        picture().save(odd.add(number, f"{number}.png"))
    wrong = odd.folder / "wrong"
    wrong.mkdir()
    assert odd.run(option, str(wrong)) == 2
    assert f"{wrong} holds none of the first 20 images, such as 0.png" in capsys.readouterr().err
    assert not (odd.folder / "run").exists()


def test_infrared_images_that_exist_are_checked_and_copied_unchanged(odd: Odd) -> None:
    for number in (1, 2, 3):
        picture().save(odd.add(number, f"{number}.png"))
    infrared = odd.folder / "infrared"
    infrared.mkdir()
    picture("L").save(infrared / "1.jpg")
    picture("L", (300, 20)).save(infrared / "2.png")
    assert odd.run("--infrared", str(infrared)) == 1
    assert [row["sample"] for row in odd.rows("pairs")] == ["1"]
    image = odd.folder / "run" / odd.rows("pairs")[0]["image"]
    assert image.read_bytes() == (infrared / "1.jpg").read_bytes()
    assert "300 x 20" in odd.failures()["2"]
    assert "3.png" in odd.failures()["3"]


def test_values_of_16_bits_are_stretched_kept_beside_and_told(
    odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    infrared = odd.folder / "infrared"
    infrared.mkdir()
    values = Image.frombytes(
        "I;16", (64, 48), b"".join((7_000 + n).to_bytes(2, "little") for n in range(3_072))
    )
    for number, suffix in ((1, ".png"), (2, ".tiff")):
        picture().save(odd.add(number, f"{number}.png"))
        values.save(infrared / f"{number}{suffix}")
    assert odd.run("--infrared", str(infrared)) == 0
    rows = {row["sample"]: row for row in odd.rows("pairs")}
    for name, suffix in (("1", ".png"), ("2", ".tiff")):
        told = rows[name]["translation"]
        assert told["stretch"]["range"] == [7_000, 10_071]
        kept = odd.folder / "run" / told["original"]
        assert kept.read_bytes() == (infrared / f"{name}{suffix}").read_bytes()
        with Image.open(odd.folder / "run" / rows[name]["image"]) as image:
            assert (image.format, image.mode, image.getextrema()) == ("PNG", "L", (0, 255))
    assert sorted(path.suffix for path in (odd.folder / "run" / "images").iterdir()) == [".png", ".png"]
    assert "infrared_stretched 2" in capsys.readouterr().out


def test_visible_images_given_as_infrared_are_refused_before_the_run(
    odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    picture().save(odd.add(1, "1.png"))
    assert odd.run("--infrared", str(odd.images)) == 2
    assert "holds the visible images themselves" in capsys.readouterr().err


def test_sister_folders_of_one_set_are_images_and_infrared_at_once(odd: Odd) -> None:
    for place in ("visible", "lwir"):
        (odd.images / "set00" / place).mkdir(parents=True)
    picture().save(odd.add(1, "set00/visible/I0.png"))
    picture("L").rotate(180).save(odd.images / "set00" / "lwir" / "I0.png")
    assert odd.run("--infrared", str(odd.images)) == 0
    image = odd.folder / "run" / odd.rows("pairs")[0]["image"]
    assert image.read_bytes() == (odd.images / "set00" / "lwir" / "I0.png").read_bytes()


def test_boxes_in_shares_are_refused_until_the_option_says_so(
    odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    picture().save(odd.add(1, "1.png", box=["0.125", 0.25, 0.5, 0.5]))
    assert odd.run() == 2
    assert "Give --normalised" in capsys.readouterr().err
    assert odd.run("--normalised", "--boxes", "xywh") == 0
    assert odd.rows("pairs")[0]["objects"][0]["box"] == [0.125, 0.25, 0.625, 0.75]


def test_losses_are_told_before_the_run_and_counted_at_its_end(
    odd: Odd, capsys: pytest.CaptureFixture[str]
) -> None:
    picture().save(odd.add(1.0, "1.png"))
    odd.boxes.append({**odd.boxes[0], "id": 5, "image_id": "one"})
    assert odd.run() == 0
    said = capsys.readouterr()
    assert "1 of 2 boxes are left out: their `image_id` is the id of no listed image" in said.err
    assert "in the files  box_orphan 1" in said.out


def test_ignored_labels_are_the_users_to_choose(odd: Odd) -> None:
    picture().save(odd.add(1, "1.png"))
    assert odd.run("--ignore-labels", "Dogs") == 2
    assert odd.run("--ignore-labels", "") == 0


def test_rows_say_where_a_photograph_is_from_and_hold_no_special_token(odd: Odd) -> None:
    picture().save(odd.add(1, "1.png", ["A dog <video> lies beside a bench</s>."]))
    odd.entries[0] |= {"flickr_url": "http://f/1.jpg", "license": "CC BY 2.0", "author": "Ann Example"}
    assert odd.run() == 0
    rows = [*odd.rows("pairs"), *odd.rows("instructions"), *odd.rows("rejected")]
    credit = ("source_url", "photographer", "licence", "licence_url")
    assert {tuple(row[name] for name in credit) for row in rows} == {
        ("http://f/1.jpg", "Ann Example", "CC BY 2.0", None)
    }
    assert odd.rows("pairs")[0]["original"] == "A dog lies beside a bench."
    (commit,) = [row for row in odd.rows("commits") if row["event"] == "commit"]
    assert commit["notes"]["caption_token"] == 2
