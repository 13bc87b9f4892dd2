"""Questions about damage follow from masks, and a mask that says nothing gives none."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.errors import ConfigError
from irloom.question_sets.reader import open_set
from irloom.question_sets.thermometry import builder
from irloom.question_sets.thermometry.settings import ThermometrySettings
from irloom.question_sets.writer import write_set
from question_sets.thermometry.conftest import Made
from support.thermometry import HEIGHT, WIDTH, write_files


def test_answers_are_those_of_the_masks(made: Made) -> None:
    tasks = set()
    for one in made.questions:
        marked = np.asarray(Image.open(made.masks / Path(one.source).with_suffix(".png"))) > 0
        celsius = made.known[one.source]
        match one.task:
            case "anomaly_present":
                assert one.answer == ("yes" if marked.any() else "no")
            case "anomaly_framed":
                x1, y1, x2, y2 = one.truth["region"]["cells"]
                assert one.answer == ("yes" if marked[y1:y2, x1:x2].any() else "no")
            case "anomaly_quarter":
                row, column = np.argwhere(marked).mean(axis=0)
                where = (
                    f"{'top' if row < HEIGHT / 2 else 'bottom'} {'left' if column < WIDTH / 2 else 'right'}"
                )
                assert one.options[one.answer] == where
            case "anomaly_max":
                assert float(one.answer) == pytest.approx(celsius[marked].max(), abs=0.06)
            case "anomaly_contrast":
                rows, columns = np.nonzero(marked)
                top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
                around = np.zeros_like(marked)
                around[max(0, top - 4) : bottom + 5, max(0, left - 4) : right + 5] = True
                around[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2] = False
                expected = celsius[marked].mean() - celsius[around].mean()
                assert float(one.answer) == pytest.approx(abs(expected), abs=0.06)
            case _:
                continue
        assert "hot cell" in one.question
        tasks.add(one.task)
    assert len(tasks) == 5


def test_frames_with_and_without_damage_are_of_one_size_and_count_together(made: Made) -> None:
    framed = [one for one in made.questions if one.task == "anomaly_framed"]
    sizes: dict[str | None, set[tuple[int, int, str]]] = {}
    for one in framed:
        x1, y1, x2, y2 = one.truth["region"]["cells"]
        sizes.setdefault(one.strict_group, set()).add((x2 - x1, y2 - y1, one.answer))
    for found in sizes.values():
        assert {answer for *_, answer in found} == {"yes", "no"}
        assert len({size[:2] for size in found}) == 1


def test_masks_that_are_missing_or_of_another_size_are_counted_and_nothing_is_said_of_their_files(
    tmp_path: Path,
) -> None:
    known = write_files(tmp_path / "files", 3)
    masks = tmp_path / "masks"
    masks.mkdir()
    Image.fromarray(np.zeros((5, 5), dtype=np.uint8)).save(masks / "000.png")
    (masks / "001.png").write_bytes(b"no picture")
    assert len(known) == 3
    settings = ThermometrySettings(root=tmp_path / "files", masks=masks, tasks=("anomaly_present", "warmer"))
    write_set(tmp_path / "set", builder, settings)
    found = open_set(tmp_path / "set")
    assert {one.task for one in found.iterate()} == {"warmer"}
    assert {one.what: one.count for one in found.about.remarks} == {
        "masks of another size than the temperatures": 1,
        "masks that cannot be read": 1,
        "files without a mask": 1,
    }


def test_masks_that_lie_among_the_files_are_no_files(tmp_path: Path) -> None:
    write_files(tmp_path / "files", 1)
    masks = tmp_path / "files" / "masks"
    masks.mkdir()
    Image.fromarray(np.zeros((72, 96), dtype=np.uint8)).save(masks / "000.png")
    settings = ThermometrySettings(root=tmp_path / "files", masks=masks, tasks=("warmer",))
    write_set(tmp_path / "set", builder, settings)
    assert open_set(tmp_path / "set").about.remarks == ()


def test_a_folder_of_masks_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path / "files", 1)
    settings = ThermometrySettings(root=tmp_path / "files", masks=tmp_path / "none")
    with pytest.raises(ConfigError, match=r"--masks .* does not exist"):
        write_set(tmp_path / "set", builder, settings)


def test_masks_in_the_folder_of_the_files_themselves_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path / "files", 1)
    settings = ThermometrySettings(root=tmp_path / "files", masks=tmp_path / "files")
    with pytest.raises(ConfigError, match="put masks into a folder of their own"):
        write_set(tmp_path / "set", builder, settings)


def test_a_word_for_masks_without_masks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give --masks DIR as well"):
        ThermometrySettings(root=tmp_path, mask_name="crack")
