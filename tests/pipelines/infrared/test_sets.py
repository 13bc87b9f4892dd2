"""Published sets: real infrared pictures, what is measured of them, and captions that have to be written."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.edits import Declined
from irloom.pipelines.infrared import inputs
from irloom.prompts import Prompts
from irloom.protocols import Edit, EditJob
from irloom.scene.heat import HEAT_WORD
from irloom.thermal.tables import encode_tiff
from irloom.thermal.thermogram import Thermogram
from support.chat_server import Asked, ChatServer, refuse
from support.coco import write_coco
from support.killing import run_irloom, start_irloom
from support.thermal_pairs import (
    CAR,
    HEIGHT,
    PERSON,
    SPOTS,
    WIDTH,
    Spot,
    as_celsius,
    as_counts,
    draw_celsius,
    make_picture,
    write_pairs,
)

CAPTIONS = ("captioner/captions", "tones/captioner/captions")
DEGREES = re.compile(r"(-?\d+\.\d) °C")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def command(root: Path, out: Path, *more: str, server: ChatServer | None = None) -> list[str]:
    backend = []
    if server is not None:
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    return ["run", "infrared", "--source", "llvip", "--root", str(root), "--out", str(out), *backend, *more]


def run(root: Path, out: Path, *more: str, server: ChatServer | None = None) -> int:
    return main([*command(root, out, *more, server=server), "--quiet"])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def said_in(asked: Asked) -> str:
    """All text of a request."""
    texts = []
    for message in asked.body["messages"]:
        content = message["content"]
        texts += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    return "\n".join(texts)


def talks(out: Path) -> str:
    """All that the instructions and pairs of a run say."""
    told = [turn["content"] for row in rows(out, "instructions") for turn in row["messages"]]
    return "\n".join([*told, *(row["caption"] for row in rows(out, "pairs"))])


def measure(spot: Spot) -> tuple[float, float, float]:
    """Mean, hottest point and contrast of a spot, read off the matrix by the test itself."""
    matrix = as_celsius(as_counts(draw_celsius()))
    left, top, right, bottom = spot.corners
    across, down = (right - left) // 4, (bottom - top) // 4
    inside = matrix[top:bottom, left:right]
    wide = matrix[max(0, top - down) : bottom + down, max(0, left - across) : right + across]
    ring = (wide.sum() - inside.sum()) / (wide.size - inside.size)
    return float(inside.mean()), float(inside.max()), float(inside.mean() - ring)


def test_offline_measured_pairs_without_captions_become_instructions_that_name_what_was_measured(
    tmp_path: Path, out: Path
) -> None:
    assert run(write_pairs(tmp_path / "set", 6), out, "--share", "reasoning=0") == 0
    for pair in rows(out, "pairs"):
        assert pair["captions_from"] == "boxes"
        assert (pair["band"], pair["heat_from"], pair["shows"]) == ("thermal", "measured", "heat")
        assert pair["translation"]["measured_from"]["form"] == "flir-rjpeg"
        assert pair["translation"]["measured_from"]["camera"]["emissivity"] == 1.0
        for thing, spot in zip(pair["objects"], SPOTS, strict=True):
            assert thing["label"] == spot.label
            found = (thing["mean_c"], thing["max_c"], thing["contrast_c"])
            assert found == pytest.approx(measure(spot), abs=0.002)
    told = {float(one) for one in DEGREES.findall(talks(out))}
    allowed = {round(figure, 1) for spot in SPOTS for figure in measure(spot)}
    assert told, "instructions name degrees"
    assert told <= allowed
    assert {round(measure(PERSON)[0], 1), round(measure(PERSON)[2], 1)} & told


def test_facts_of_measured_pictures_are_those_of_the_matrix(tmp_path: Path, out: Path) -> None:
    run(write_pairs(tmp_path / "set", 1), out, "--tasks", "none")
    heat = rows(out, "pairs")[0]["heat"]
    mean, most, contrast = measure(PERSON)
    assert f"The person measures {mean:.1f} °C on average and {most:.1f} °C at its hottest point." in heat
    assert f"The person measures {contrast:.1f} °C warmer than its surroundings." in heat
    assert any(fact in heat for fact in ("The person measures warmer than the car.",)) or any(
        "cooler than the person" in fact for fact in heat
    )


def test_a_picture_that_viewers_turn_is_kept_upright_and_measured_as_it_is_seen(
    tmp_path: Path, out: Path
) -> None:
    run(write_pairs(tmp_path / "set", 1, upside_down=True), out, "--tasks", "none")
    pair = rows(out, "pairs")[0]
    for thing, spot in zip(pair["objects"], SPOTS, strict=True):
        assert (thing["label"], thing["mean_c"]) == (spot.label, pytest.approx(measure(spot)[0], abs=0.002))
    with Image.open(out / pair["image"]) as kept:
        assert kept.getexif().get(0x0112, 1) == 1
        grey = np.asarray(kept.convert("L"), np.float64)
    left, top, right, bottom = PERSON.corners
    assert grey[top:bottom, left:right].mean() > 160
    assert grey[-(top + 1) : -bottom : -1, -(left + 1) : -right : -1].mean() < 120


def write_companion(root: Path) -> Path:
    """FLIR ADAS with one picture and its frame of 16 bits, in hundredths of a kelvin."""
    folder = root / "images_thermal_val"
    (folder / "data").mkdir(parents=True)
    (folder / "analyticsData").mkdir()
    celsius = draw_celsius()
    (folder / "data" / "a.jpg").write_bytes(make_picture(celsius))
    counts = np.rint((celsius + 273.15) * 100).astype(np.uint16)
    Image.fromarray(counts).save(folder / "analyticsData" / "a.tiff")
    left, top, right, bottom = PERSON.corners
    box = [left, top, right - left, bottom - top]
    listed = {
        "images": [{"id": 1, "file_name": "data/a.jpg", "width": WIDTH, "height": HEIGHT}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": box}],
        "categories": [{"id": 1, "name": "person"}],
    }
    (folder / "coco.json").write_text(json.dumps(listed))
    return root


def test_frames_of_16_bits_whose_scale_nobody_says_are_told_of_once_and_greys_are_read(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_companion(tmp_path / "set")
    assert main(["run", "infrared", "--source", "flir", "--root", str(root), "--out", str(out)]) == 0
    assert capsys.readouterr().err.count("set scale and unit under [thermal]") == 1
    assert {row["heat_from"] for row in rows(out, "pairs")} == {"warmth"}


@pytest.mark.parametrize(("unit", "code"), [('unit = "K"\nscale = 0.01', 0), ('unit = "K"', 1)])
def test_frames_of_16_bits_are_measured_on_the_scale_of_the_configuration(
    unit: str, code: int, tmp_path: Path, out: Path
) -> None:
    root = write_companion(tmp_path / "set")
    config = tmp_path / "irloom.toml"
    config.write_text(f'source = "flir"\nroot = "{root}"\n[thermal]\n{unit}\n')
    assert main(["run", "infrared", "--config", str(config), "--out", str(out), "--quiet"]) == code
    if code == 0:
        assert {row["heat_from"] for row in rows(out, "pairs")} == {"measured"}
        (person,) = rows(out, "pairs")[0]["objects"]
        assert person["mean_c"] == pytest.approx(measure(PERSON)[0], abs=0.02)
    else:
        assert "or scale under [thermal]" in rows(out, "failed")[0]["message"]


def test_a_tiff_that_irloom_wrote_is_measured_without_a_word(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 1)
    picture = root / "infrared" / "test" / "190001.jpg"
    found = Thermogram(kelvin=(draw_celsius() + 273.15).astype(np.float32), form="made")
    picture.with_suffix(".tiff").write_bytes(encode_tiff(found, "C"))
    picture.unlink()
    run(root, out, "--tasks", "none")
    pair = rows(out, "pairs")[0]
    assert pair["heat_from"] == "measured"
    assert pair["objects"][0]["mean_c"] == pytest.approx(measure(PERSON)[0], abs=0.02)


def test_near_infrared_pictures_are_not_measured_and_it_is_told(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command(write_pairs(tmp_path / "set", 1), out, "--band", "nir", "--tasks", "none"))
    assert "with --band nir none are measured" in capsys.readouterr().err
    pair = rows(out, "pairs")[0]
    assert (pair["shows"], "measured_from" in pair["translation"]) == ("tones", False)
    assert not HEAT_WORD.search(" ".join(pair["heat"]))


def test_greys_of_a_picture_that_viewers_turn_are_read_as_it_is_seen(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 1, radiometric=False, upside_down=True)
    upright = write_pairs(tmp_path / "upright", 1, radiometric=False)
    run(root, out, "--tasks", "none")
    run(upright, tmp_path / "other", "--tasks", "none")
    assert rows(out, "pairs")[0]["heat"] == rows(tmp_path / "other", "pairs")[0]["heat"] != []


def test_an_image_with_neither_captions_nor_boxes_is_a_row_that_says_what_is_missing(
    tmp_path: Path, out: Path
) -> None:
    assert run(write_pairs(tmp_path / "set", 2, boxes=False), out) == 1
    assert rows(out, "pairs") == rows(out, "instructions") == []
    failed = rows(out, "failed")
    assert [row["stage"] for row in failed] == ["caption", "caption"]
    assert all("neither a caption nor a box" in row["message"] for row in failed)
    assert all("a chat model that sees" in row["message"] for row in failed)


@pytest.mark.parametrize(
    ("sees", "visible", "pictures", "part"),
    [
        ("all", True, ["visible", "infrared"], "pair"),
        ("all", False, ["infrared"], "infrared"),
        ("visible", True, ["visible"], "visible"),
        ("infrared", True, ["infrared"], "infrared"),
    ],
)
def test_a_model_that_sees_writes_as_many_captions_as_are_asked_for(
    sees: str, visible: bool, pictures: list[str], part: str, tmp_path: Path, out: Path, server: ChatServer
) -> None:
    root = write_pairs(tmp_path / "set", 1, visible=visible)
    more = ("--captions-each", "2", "--captioner-sees", sees, "--tasks", "none")
    assert run(root, out, *more, server=server) == 0
    (asked,) = server.asked_for(*CAPTIONS)
    shown = {
        "infrared": (root / "infrared/test/190001.jpg").read_bytes(),
        **({"visible": (root / "visible/test/190001.jpg").read_bytes()} if visible else {}),
    }
    assert asked.images == [shown[kind] for kind in pictures]
    assert asked.fields["count"] == "2"
    assert asked.fields["shown"].strip() == Prompts.load().text_of(f"captioner/parts/{part}")
    assert asked.fields["boxes"] == "person: [10, 20, 30, 80]\ncar: [60, 40, 90, 80]", "boxes help"
    pairs = rows(out, "pairs")
    assert len(pairs) == 2
    for pair in pairs:
        assert pair["captions_from"] == "captioner"
        assert pair["models"]["captioner"] == pair["answered_by"]["captioner"] == "test-model"
        assert "captioner/captions" in pair["prompts"]


class Inverter:
    """Stands in for an image editor that translates into visible light."""

    name = "inverter"

    def edit(self, jobs: list[EditJob]) -> list[Edit | Declined]:
        return [Edit(np.full((60, 80, 3), (10, 200, 30), dtype=np.uint8)) for _ in jobs]


def test_an_infrared_picture_alone_is_shown_beside_its_visible_translation(
    tmp_path: Path, out: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "build_editor", lambda options, notify: Inverter())
    config = tmp_path / "run.toml"
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    config.write_text(f'captioner_sees = "translated"\n[editor]\nkind = "diffusers"\nmodel = "{folder}"\n')
    root = write_pairs(tmp_path / "set", 1, visible=False)
    assert run(root, out, "--config", str(config), "--tasks", "none", server=server) == 0
    (asked,) = server.asked_for(*CAPTIONS)
    imagined = (out / "images/imagined/190001.png").read_bytes()
    assert asked.images == [(root / "infrared/test/190001.jpg").read_bytes(), imagined]
    assert "a program imagined it in visible light" in asked.fields["shown"]
    (row,) = rows(out, "transcripts")
    (made,) = [turn for turn in row["turns"] if turn.get("model") == "inverter"]
    assert made["stage"] == "caption", "the translation is journaled like every other call"


def test_a_captioner_that_fails_on_one_image_leaves_the_others_alone(tmp_path: Path, out: Path) -> None:
    def fault(asked: Asked, again: int) -> Any:
        is_second = asked.prompt in CAPTIONS and _is_second(asked)
        return refuse(400, "the picture cannot be shown") if is_second else None

    root = write_pairs(tmp_path / "set", 3)
    marked = (root / "visible/test/190002.jpg").read_bytes()

    def _is_second(asked: Asked) -> bool:
        return marked in asked.images

    with ChatServer(fault=fault) as server:
        assert run(root, out, "--tasks", "description", server=server) == 1
        failed = rows(out, "failed")
        assert {row["sample"] for row in failed} == {"190002"}
        assert failed[0]["stage"] == "caption"
        assert {row["sample"] for row in rows(out, "pairs")} == {"190001", "190003"}
        server.fault = None
        assert main(["resume", str(out), "--retry-failed", "--stage", "caption", "--quiet"]) == 0
        assert {row["sample"] for row in rows(out, "pairs")} == {"190001", "190002", "190003"}
        answered = Counter(asked.identity for asked in server.answered)
        assert set(answered.values()) == {1}


def test_a_run_that_was_killed_goes_on_and_pays_for_no_caption_twice(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 4)
    with ChatServer(stops_at=6) as server:
        more = ["--quiet", "--tasks", "description", "--concurrency", "4"]
        started = start_irloom(command(root, out, *more, server=server), tmp_path)
        while len(server.answered) < 6 or _count_recorded(out) < 6:
            assert started.process.is_alive(), started.log.read_text()
        started.process.kill()
        started.process.join(20)
        assert len(server.asked_for(*CAPTIONS)) == 4
        paid, asked = {one.identity for one in server.answered}, len(server.asked)
        server.stops_at = float("inf")
        ended = run_irloom(["resume", str(out), "--quiet"], tmp_path)
        assert ended.code == 0, ended.said
        assert paid.isdisjoint(one.identity for one in server.asked[asked:])
        assert {row["sample"] for row in rows(out, "pairs")} == {f"19{n:04}" for n in range(1, 5)}


def _count_recorded(out: Path) -> int:
    """Answered calls to a chat model in the journal."""
    lines = [line for path in (out / "journal").glob("*") for line in path.read_bytes().splitlines()]
    return sum(b'"reply"' in line for line in lines)


def test_no_request_of_a_near_infrared_run_speaks_of_heat(
    tmp_path: Path, out: Path, server: ChatServer
) -> None:
    root = write_pairs(tmp_path / "set", 6, radiometric=False)
    assert run(root, out, "--band", "nir", server=server) == 0
    assert {asked.prompt.partition("/")[0] for asked in server.asked} == {"captioner", "tones"}
    kinds = Counter(asked.prompt for asked in server.asked)
    assert {"tones/caption/filter", "tones/task/conversation", "tones/debate/judge_grounded"} <= set(kinds)
    for asked in server.asked:
        found = HEAT_WORD.search(said_in(asked))
        assert found is None, (asked.prompt, said_in(asked)[max(0, found.start() - 80) : found.end() + 40])
    facts = "\n".join(asked.fields["heat"] for asked in server.asked if asked.prompt.startswith("tones/task"))
    assert "The person shows brighter than the car." in facts or "darker than the person" in facts
    plans = "\n".join(asked.fields.get("questions", "") for asked in server.asked)
    assert "tone" in plans
    for pair in rows(out, "pairs"):
        assert (pair["band"], pair["shows"], pair["heat_from"]) == ("nir", "tones", "tones")
        assert "tones/caption/filter" in pair["prompts"]


def test_offline_near_infrared_instructions_say_nothing_of_heat(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 12, radiometric=False)
    assert run(root, out, "--band", "nir") == 0
    assert len(rows(out, "instructions")) > 20
    assert HEAT_WORD.search(talks(out)) is None, talks(out)
    assert "brighter" in talks(out)
    for row in rows(out, "rejected"):
        assert all(HEAT_WORD.search(one["reason"]) is None for one in row["rounds"])
    made = tmp_path / "llava.json"
    assert main(["export", str(out), "--format", "llava", "--data", "pairs", "--out", str(made)]) == 0
    assert HEAT_WORD.search(made.read_text("utf-8")) is None, (
        "requests of exported pairs speak of none either"
    )


@pytest.mark.parametrize(
    ("black_hot", "polarity", "words"),
    [
        (False, "white-hot", ("The person shows warmer than the car.", "cooler than the person")),
        (True, "black-hot", ("The person shows warmer than the car.", "cooler than the person")),
        (True, "unknown", ("The car shows brighter than the person.", "darker than the car")),
        (False, "unknown", ("The person shows brighter than the car.", "darker than the person")),
    ],
)
def test_only_a_known_polarity_makes_bright_warm_or_cold(
    black_hot: bool, polarity: str, words: tuple[str, str], tmp_path: Path, out: Path
) -> None:
    root = write_pairs(tmp_path / "set", 1, radiometric=False, black_hot=black_hot)
    assert run(root, out, "--polarity", polarity, "--tasks", "none") == 0
    pair = rows(out, "pairs")[0]
    assert pair["polarity"] == polarity.replace("-", "_")
    told = " ".join(pair["heat"])
    assert any(word in told for word in words), told
    assert pair["shows"] == ("tones" if polarity == "unknown" else "heat")
    assert (HEAT_WORD.search(told) is None) == (polarity == "unknown")


def test_an_answer_that_calls_something_warm_is_objected_to_where_nothing_shows_it(
    tmp_path: Path, out: Path
) -> None:
    def fault(asked: Asked, again: int) -> str | None:
        if asked.prompt != "tones/task/description" or asked.fields["requirements"] != "none":
            return None
        return json.dumps({"description": "The person is clearly warmer than the car beside it."})

    with ChatServer(fault=fault) as server:
        root = write_pairs(tmp_path / "set", 1, radiometric=False)
        assert run(root, out, "--polarity", "unknown", "--tasks", "description", server=server) == 0
    (row,) = rows(out, "instructions")
    first = row["rounds"][0]
    assert (first["verdict"], first["by"]) == ("reject", "check")
    assert first["reason"] == "The picture does not show this: “warmer”."


def test_a_damaged_radiometric_file_is_a_row_of_its_own(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 2)
    broken = root / "infrared/test/190001.jpg"
    content = broken.read_bytes()
    broken.write_bytes(content.replace(b"FFF\0", b"FFX\0", 1))
    assert run(root, out, "--tasks", "none") == 1
    (failed,) = rows(out, "failed")
    assert (failed["sample"], failed["stage"], failed["error"]) == ("190001", "translate", "ThermalFileError")
    assert {pair["sample"] for pair in rows(out, "pairs")} == {"190002"}


def test_a_set_where_one_image_lacks_its_infrared_picture_does_not_have_it_made(
    tmp_path: Path, out: Path
) -> None:
    root = write_pairs(tmp_path / "set", 3)
    (root / "infrared/test/190003.jpg").unlink()
    assert run(root, out, "--tasks", "none") == 1
    (failed,) = rows(out, "failed")
    assert failed["sample"] == "190003"
    assert "--pictures visible" in failed["message"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "llvip"], "--root missing"),
        (["--root", "x"], "--images and --captions missing"),
        (["--source", "llvip", "--root", "x", "--images", "y"], "--source llvip and --images exclude"),
        (["--source", "llvip", "--root", "x", "--captioner-sees", "translated"], "needs an image editor"),
        (["--source", "nowhere", "--root", "."], "'nowhere' is unknown"),
        (["--images", "x", "--captions", "y", "--band", "nir"], "a translator makes these"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    options: list[str], said: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "infrared", *options, "--out", str(out)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_root_may_lie_elsewhere_when_a_run_goes_on(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 3)
    assert run(root, out, "--limit", "1", "--tasks", "none") == 0
    moved = root.rename(tmp_path / "moved")
    assert main(["resume", str(out), "--root", str(moved), "--limit", "3", "--quiet"]) == 0
    assert {pair["sample"] for pair in rows(out, "pairs")} == {"190001", "190002", "190003"}


def test_boxes_of_things_that_cannot_be_told_apart_are_measured_all_the_same(
    tmp_path: Path, out: Path
) -> None:
    crowd = tuple(Spot("person", (x, 20, x + 8, 40), 28.0 + x / 10, 33.0) for x in (4, 16, 28, 40))
    run(write_pairs(tmp_path / "set", 1, spots=(*crowd, CAR)), out, "--tasks", "none")
    assert len(rows(out, "pairs")[0]["objects"]) == 5


def test_a_configuration_file_names_the_set_as_options_do(tmp_path: Path, out: Path) -> None:
    write_pairs(tmp_path / "set", 1)
    config = tmp_path / "run.toml"
    config.write_text('source = "llvip"\nroot = "set"\ntasks = []\ncaptions_each = 1\npolarity = "unknown"\n')
    assert main(["run", "infrared", "--config", str(config), "--out", str(out), "--quiet"]) == 0
    assert len(rows(out, "pairs")) == 1
    kept = json.loads((out / "run.json").read_text("utf-8"))["config"]
    assert (kept["root"], kept["polarity"]) == (str(tmp_path / "set"), "unknown")


def test_polarity_may_be_said_of_infrared_pictures_beside_cocos_files_too(tmp_path: Path, out: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1)
    grey = np.full((48, 64), 20, dtype=np.uint8)
    grey[8:32, 4:24] = 220
    (tmp_path / "infrared").mkdir()
    Image.fromarray(grey).save(tmp_path / "infrared/000001.png")
    more = ["--infrared", str(tmp_path / "infrared"), "--tasks", "none", "--quiet"]
    assert main(["run", "infrared", *coco.options, *more, "--out", str(out), "--polarity", "black-hot"]) == 0
    told = rows(out, "pairs")[0]
    assert "The bench shows warmer than the dog." in told["heat"] or any(
        "cooler than the bench" in fact for fact in told["heat"]
    )
    assert (told["band"], told["polarity"], told["shows"]) == ("thermal", "black_hot", "heat")
    plain = tmp_path / "plain"
    assert main(["run", "infrared", *coco.options, *more, "--out", str(plain)]) == 0
    before = rows(plain, "pairs")[0]
    assert before["heat_from"] == "pixels"
    assert not {"band", "polarity", "shows", "captions_from"} & before.keys(), "rows are as they were"


def test_a_detector_is_not_told_of_heat_where_the_picture_shows_none(
    tmp_path: Path, out: Path, server: ChatServer
) -> None:
    server.see = lambda sentence: 0.9
    root = write_pairs(tmp_path / "set", 1, radiometric=False)
    detector = ["--verify", "test-model", "--verify-above", "50", "--verify-on", "infrared"]
    assert run(root, out, "--band", "nir", *detector, "--tasks", "none", server=server) == 0
    asked = server.asked_for("detector/number")
    assert asked
    assert all(HEAT_WORD.search(said_in(one)) is None for one in asked)
    assert all("infrared picture" in one.fields["picture"] for one in asked)


def test_a_detector_that_is_to_see_a_visible_picture_says_where_there_is_none(
    tmp_path: Path, out: Path, server: ChatServer
) -> None:
    root = write_pairs(tmp_path / "set", 1, visible=False)
    detector = ["--verify", "test-model", "--verify-above", "50"]
    assert run(root, out, *detector, "--tasks", "none", server=server) == 1
    (failed,) = rows(out, "failed")
    assert failed["stage"] == "verify"
    assert "--verify-on infrared" in failed["message"]


@pytest.mark.parametrize("was_cut", ["", "trainimg", "trainimgr"])
def test_a_border_is_cut_once_off_each_picture_of_a_pair(
    was_cut: str, tmp_path: Path, out: Path, server: ChatServer
) -> None:
    root, grey = tmp_path / "drone", np.full((712, 840), 255, dtype=np.uint8)
    grey[100:612, 100:740] = 60
    grey[200:300, 200:400] = 220
    for folder in ("trainimg", "trainimgr"):
        (root / "train" / folder).mkdir(parents=True)
        picture = Image.fromarray(grey[100:612, 100:740] if folder == was_cut else grey)
        picture.convert("RGB").save(root / "train" / folder / "00001.jpg")
    (root / "train/trainlabelr").mkdir()
    corners = "<xmin>200</xmin><ymin>200</ymin><xmax>400</xmax><ymax>300</ymax>"
    (root / "train/trainlabelr/00001.xml").write_text(
        "<annotation><size><width>840</width><height>712</height></size>"
        f"<object><name>car</name><bndbox>{corners}</bndbox></object></annotation>"
    )
    options = command(root, out, "--tasks", "none", "--polarity", "white-hot", "--quiet", server=server)
    options[options.index("llvip")] = "dronevehicle"
    assert main(options) == 0
    (asked,) = server.asked_for(*CAPTIONS)
    sizes = [Image.open(io.BytesIO(image)).size for image in asked.images]
    assert sizes == [(640, 512), (640, 512)]
    pair = rows(out, "pairs")[0]
    assert (pair["width"], pair["height"]) == (640, 512)
    assert "The car shows clearly warmer than its surroundings." in pair["heat"]


def test_links_of_a_set_are_read_where_they_are_to_be_followed(tmp_path: Path, out: Path) -> None:
    root = write_pairs(tmp_path / "set", 1, visible=False)
    picture = root / "infrared" / "test" / "190001.jpg"
    picture.symlink_to(picture.rename(tmp_path / "blob"))
    assert run(root, out, "--tasks", "none") == 1
    assert "--follow-links" in rows(out, "failed")[0]["message"]
    assert run(root, tmp_path / "followed", "--tasks", "none", "--follow-links") == 0
    assert rows(tmp_path / "followed", "pairs")[0]["heat_from"] == "measured"
