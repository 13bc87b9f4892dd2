"""A set is whole, the same each time, and says what it was made of."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import pytest

from irloom.errors import ConfigError, SourceError, UserError
from irloom.question_sets.builder import Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.reader import open_set
from irloom.question_sets.writer import write_set
from irloom.shots import Shot
from support.spots import SPOTS, SpotSettings, build, draw_noise

FEW = SpotSettings(pictures=6)


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_set_built_twice_is_the_same_to_the_byte_wherever_it_lies(spots: Path, tmp_path: Path) -> None:
    write_set(tmp_path / "elsewhere", SPOTS, SpotSettings(pictures=30))
    assert read_all(tmp_path / "elsewhere") == read_all(spots)


def test_another_seed_makes_another_set(spots: Path, tmp_path: Path) -> None:
    write_set(tmp_path / "other", SPOTS, SpotSettings(pictures=30, seed=1))
    assert read_all(tmp_path / "other")["questions.jsonl"] != read_all(spots)["questions.jsonl"]


def test_a_set_consists_of_its_questions_images_and_card(spots: Path) -> None:
    assert {path.name for path in spots.iterdir()} == {"set.json", "questions.jsonl", "images", "README.md"}
    about = json.loads((spots / "set.json").read_text("utf-8"))
    assert about["builder"] == "spots"
    assert about["options"] == {
        "seed": 0,
        "test_only": False,
        "pictures": 30,
        "giveaway": "none",
        "numbered": False,
    }
    assert about["tasks"]["count"]["published"] == 100
    card = (spots / "README.md").read_text("utf-8")
    for said in ("Spots on dark ground", "37 °C", about["parts"]["test"], "Spots are no photographs"):
        assert said in card


def test_two_thirds_of_each_task_are_for_training_and_no_film_is_in_both_parts(spots: Path) -> None:
    questions = list(open_set(spots).iterate())
    parts = Counter((one.task, one.part) for one in questions)
    assert parts["count", "train"] == 2 * parts["count", "test"] == 20
    films = {part: {one.group for one in questions if one.part == part} for part in ("train", "test")}
    assert all(films.values())
    assert not films["train"] & films["test"]


def test_only_pictures_that_a_question_shows_are_kept(tmp_path: Path) -> None:
    def only_many(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        return (one for one in build(settings, ledger) if one.draft.task == "many")

    out = tmp_path / "set"
    about = write_set(out, replace(SPOTS, build=only_many), SpotSettings(pictures=12))
    assert about.dropped["many"] > 0
    shown = {shot.name for one in open_set(out).iterate() for shot in one.images}
    kept = {path.relative_to(out / "images").as_posix() for path in out.rglob("*.png")}
    assert kept == set(about.images) == shown


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(UserError, match=r"'thesis.txt', which no irloom build made"):
        write_set(tmp_path / "mine", SPOTS, FEW)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"


def test_an_older_set_is_replaced_and_stays_where_building_fails(tmp_path: Path) -> None:
    out = tmp_path / "set"
    write_set(out, SPOTS, FEW)
    before = read_all(out)

    def fail(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        yield from build(settings, ledger)
        raise ConfigError("no more")

    with pytest.raises(ConfigError, match="no more"):
        write_set(out, replace(SPOTS, build=fail), FEW)
    assert read_all(out) == before
    write_set(out, SPOTS, SpotSettings(pictures=6, seed=3))
    assert read_all(out) != before


def test_what_cannot_be_read_leaves_its_questions_out_and_is_counted(tmp_path: Path) -> None:
    def broken() -> bytes:
        raise SourceError("it is cut")

    def break_first(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for one in build(settings, ledger):
            name = one.draft.images[0].name
            yield one._replace(pictures={name: broken}) if name == "spots/0000.png" else one

    about = write_set(tmp_path / "set", replace(SPOTS, build=break_first), FEW)
    assert "spots/0000.png" not in about.images
    assert [(one.count, one.first) for one in about.remarks] == [(1, "spots/0000.png")]


def test_what_draws_a_picture_is_let_go_of_once_it_is_drawn(tmp_path: Path) -> None:
    class Canvas:
        def __init__(self, number: int) -> None:
            self.number = number

        def encode(self) -> bytes:
            return draw_noise(0, self.number)

    canvases = WeakSet[Canvas]()
    most = 0

    def paint(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        nonlocal most
        for number, one in enumerate(build(settings, ledger)):
            canvas = Canvas(number // 5)
            canvases.add(canvas)
            most = max(most, len(canvases))
            yield one._replace(pictures=dict.fromkeys(one.pictures, canvas.encode))

    write_set(tmp_path / "set", replace(SPOTS, build=paint), FEW)
    assert most <= 3


def test_questions_under_one_id_are_taken_once_and_counted(tmp_path: Path) -> None:
    def twice(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        yield from build(settings, ledger)
        yield next(build(settings, ledger))

    about = write_set(tmp_path / "set", replace(SPOTS, build=twice), FEW)
    assert [(one.what, one.first) for one in about.remarks] == [
        ("questions under an id that another has already", "0000-count")
    ]


def test_a_set_without_a_question_is_refused_with_what_was_told(tmp_path: Path) -> None:
    def nothing(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        ledger.say("scene is left out: one class alone.")
        return iter(())

    with pytest.raises(ConfigError, match=r"no question could be made.\n  scene is left out"):
        write_set(tmp_path / "set", replace(SPOTS, build=nothing), FEW)
    assert not (tmp_path / "set").exists()


def test_a_set_for_tests_alone_has_no_train_part(tmp_path: Path) -> None:
    about = write_set(tmp_path / "set", SPOTS, SpotSettings(pictures=6, test_only=True))
    assert set(about.parts) == {"test"}
    assert {task.train for task in about.tasks.values()} == {0}


def test_a_task_whose_parts_are_far_from_two_to_one_is_told_in_set_and_card(tmp_path: Path) -> None:
    def one_film(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for one in build(settings, ledger):
            if one.draft.task == "count":
                yield one._replace(draft=one.draft.model_copy(update={"sequence": "film"}))

    about = write_set(tmp_path / "set", replace(SPOTS, build=one_film), FEW)
    said = "0 of 6 questions of count are in the test part, where a third is meant"
    assert [one[: len(said)] for one in about.said] == [said]
    assert said in (tmp_path / "set" / "README.md").read_text("utf-8")
    alone = SpotSettings(pictures=6, test_only=True)
    assert write_set(tmp_path / "other", replace(SPOTS, build=one_film), alone).said == ()


def test_the_parts_of_a_task_with_many_groups_are_not_spoken_of(spots: Path) -> None:
    assert open_set(spots).about.said == ()


def test_a_task_of_two_kinds_is_a_mistake_of_the_builder(tmp_path: Path) -> None:
    def join(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for one in build(settings, ledger):
            yield one._replace(draft=one.draft.model_copy(update={"task": "all"}))

    with pytest.raises(ValueError, match=r"is of the kind '\w+', and the task 'all' of '\w+' before"):
        write_set(tmp_path / "set", replace(SPOTS, build=join), FEW)


def test_two_files_under_one_name_are_a_mistake_of_the_builder(tmp_path: Path) -> None:
    def mix(settings: SpotSettings, ledger: Ledger) -> Iterator[Drafted]:
        for number, one in enumerate(build(settings, ledger)):
            path = tmp_path / f"{number}.png"
            path.write_bytes(draw_noise(0, number))
            shot = Shot(name="same.png")
            yield one._replace(
                draft=one.draft.model_copy(update={"images": (shot,)}), pictures={"same.png": path}
            )

    with pytest.raises(ValueError, match=r"'same.png' is the name of two pictures"):
        write_set(tmp_path / "set", replace(SPOTS, build=mix), FEW)
