import pytest

from irloom.backends.offline.edits.families import list_families
from irloom.backends.offline.edits.photograph import read_photograph
from irloom.backends.offline.edits.targets import Nothing
from irloom.edits import WHOLE_IMAGE, Subcategory

CAR = "1. car: [0.100, 0.300, 0.400, 0.600]"
DOG = "2. dog: [0.600, 0.300, 0.900, 0.600]"


def list_values(subcategory: Subcategory, objects: str, captions: str = "none") -> list[set[str]]:
    families = list_families(subcategory, read_photograph(captions, objects))
    return [{change.value for change in family} for family in families]


def give_reason(subcategory: Subcategory, objects: str, captions: str = "none") -> str:
    with pytest.raises(Nothing) as caught:
        list_families(subcategory, read_photograph(captions, objects))
    return str(caught.value)


@pytest.mark.parametrize(
    "subcategory", ["color", "material", "shape", "texture", "remove", "count", "spatial"]
)
def test_without_an_object_to_name_there_is_nothing_and_the_reason_says_why(subcategory: Subcategory) -> None:
    assert give_reason(subcategory, "none") == "no objects are annotated"
    group = "1. car (group): [0.1, 0.1, 0.5, 0.5]"
    assert "only groups" in give_reason(subcategory, group)
    assert "smaller than 1 %" in give_reason(subcategory, "1. car: [0.1, 0.1, 0.15, 0.25]")
    assert "told from others" in give_reason(subcategory, f"{group}\n2. car: [0.1, 0.2, 0.3, 0.4]")


def test_what_fills_the_image_is_neither_removed_nor_moved_nor_multiplied() -> None:
    large = "1. bus: [0.100, 0.100, 0.900, 0.900]"
    for subcategory in ("remove", "replace", "spatial", "count"):
        assert give_reason(subcategory, f"{large}\n2. dog: [0.0, 0.0, 0.01, 0.01]") == (
            "the objects fill too much of the image"
        )
    assert list_values("color", large)


def test_what_carries_or_holds_another_object_is_not_taken_away() -> None:
    table = "1. dining table: [0.100, 0.500, 0.500, 0.900]\n2. cup: [0.200, 0.400, 0.300, 0.600]"
    for subcategory in ("remove", "replace"):
        for family in list_families(subcategory, read_photograph("none", table)):
            assert {change.step.target for change in family} == {2}
    (family,) = list_families(
        "remove", read_photograph("none", table.replace("[0.200, 0.400", "[0.200, 0.100"))
    )
    assert {change.step.target for change in family} == {1, 2}
    assert "on or in all" in give_reason("remove", f"{table}\n3. spoon: [0.22, 0.45, 0.25, 0.5]")


@pytest.mark.parametrize("subcategory", ["shape", "count", "spatial"])
def test_what_is_shown_anew_stands_apart_from_others_but_may_stand_on_a_backdrop(
    subcategory: Subcategory,
) -> None:
    cup, tray = "1. cup: [0.300, 0.500, 0.400, 0.700]", "2. tray: [0.280, 0.450, 0.420, 0.720]"
    assert "apart from others" in give_reason(subcategory, f"{cup}\n{tray}")
    table = "2. table: [0.100, 0.300, 0.900, 0.950]"
    families = list_families(subcategory, read_photograph("none", f"{cup}\n{table}"))
    assert 1 in {family[0].step.target for family in families}


def test_a_replacement_is_the_label_of_another_object_that_is_no_group_and_not_tiny() -> None:
    cut = "2. bus: [0.600, 0.300, 1.000, 0.600]"
    more = "3. kite: [0.0, 0.0, 0.02, 0.02]\n4. person (group): [0.0, 0.0, 0.9, 0.2]"
    assert list_values("replace", f"{CAR}\n{DOG}\n{more}") == [{"dog"}, {"car"}]
    assert "no object with another label" in give_reason("replace", CAR)
    assert list_values("replace", f"{CAR}\n{cut}") == [{"car"}]


@pytest.mark.parametrize(
    ("box", "barred"),
    [
        ("[0.050, 0.400, 0.200, 0.600]", {"left"}),
        ("[0.000, 0.400, 0.200, 0.600]", {"left", "right", "mirrored", "tilted"}),
        ("[0.700, 0.400, 0.980, 0.600]", {"right"}),
        ("[0.400, 0.050, 0.600, 0.300]", {"higher"}),
        ("[0.400, 0.700, 0.600, 1.000]", {"lower", "higher", "mirrored", "tilted"}),
        ("[0.020, 0.020, 0.300, 0.300]", {"left", "higher"}),
        ("[0.400, 0.400, 0.600, 0.600]", set()),
    ],
)
def test_nothing_is_moved_over_an_edge_nor_away_from_one_that_cuts_it_off(box: str, barred: set[str]) -> None:
    (values,) = list_values("spatial", f"1. car: {box}")
    assert values == {"left", "right", "higher", "lower", "mirrored", "tilted"} - barred


def test_only_people_and_animals_act_and_people_keep_their_looks() -> None:
    person = "1. person: [0.100, 0.300, 0.400, 0.900]"
    assert list_values("action", person) == [{"sitting", "running", "jumping", "sleeping"}]
    assert list_values("action", DOG)
    assert "suits" in give_reason("action", CAR)
    for subcategory in ("color", "material", "shape", "texture"):
        assert "suits" in give_reason(subcategory, person)
    assert list_values("color", DOG) == [{"brown", "black", "white"}]


def test_what_the_captions_or_the_labels_say_is_there_is_not_proposed() -> None:
    assert {"red"} == list_values("color", CAR)[0] - list_values("color", CAR, "- A red car.")[0]
    assert "orange" not in list_values("color", "1. orange: [0.1, 0.1, 0.4, 0.4]")[0]
    assert list_values("time", "none", "- A street at night.") == [{"dusk", "dawn"}]
    assert "snow" not in list_values("weather", "1. skis: [0.1, 0.1, 0.3, 0.3]")[0]
    assert "red" in list_values("color", CAR, "- Two hundred cars are covered.")[0]
    every = "- Rain, snow and fog."
    assert give_reason("weather", "none", every).startswith("captions and labels already name")


@pytest.mark.parametrize("subcategory", ["time", "weather"])
def test_a_room_has_neither_weather_nor_a_time_of_day(subcategory: Subcategory) -> None:
    assert "room" in give_reason(subcategory, "1. toilet: [0.1, 0.1, 0.4, 0.9]")
    assert "room" in give_reason(subcategory, "none", "- A cat in a living room.")
    assert list_values(subcategory, "none", "- A field.")


@pytest.mark.parametrize("subcategory", sorted(WHOLE_IMAGE))
def test_the_whole_image_needs_no_object(subcategory: Subcategory) -> None:
    (family,) = list_families(subcategory, read_photograph("none", "none"))
    assert len(family) >= 3
    assert all(change.step.target is None and change.step.region is None for change in family)


def test_something_is_added_where_nothing_is_annotated() -> None:
    left = "1. bus: [0.000, 0.000, 0.290, 1.000]\n2. bus: [0.290, 0.000, 0.580, 1.000]"
    families = list_families("addition", read_photograph("none", left))
    assert families
    for family in families:
        for change in family:
            assert change.step.region is not None
            assert change.step.region[0] > 0.6
            assert "right" in change.step.instruction
    full = left + "\n3. bus: [0.700, 0.000, 0.990, 1.000]"
    assert "no free place" in give_reason("addition", full)


def test_what_fills_the_image_is_ground_for_what_is_added() -> None:
    table = "1. dining table: [0.000, 0.300, 1.000, 1.000]"
    assert len(list_families("addition", read_photograph("none", table))) == 3


def test_what_flies_is_added_above_and_what_stands_below() -> None:
    below = "1. car: [0.000, 0.600, 0.290, 1.000]\n2. car: [0.300, 0.600, 0.650, 1.000]"
    families = list_families("addition", read_photograph("none", below))
    assert sorted(len(family) for family in families) == [2, 2, 5]
    everything = [change for family in families for change in family]
    assert {change.value for change in everything} == {"ball", "balloon", "traffic cone", "umbrella", "kite"}
    for change in everything:
        assert change.step.region
        assert (change.step.region[3] <= 0.5) == (change.value in {"balloon", "kite"})


def test_what_the_edge_cuts_off_is_not_multiplied() -> None:
    assert (
        give_reason("count", "1. car: [0.000, 0.300, 0.300, 0.500]")
        == "the image's edge cuts the objects off"
    )


def test_what_belongs_outdoors_is_not_added_to_a_room() -> None:
    for values in list_values("addition", "1. sink: [0.1, 0.1, 0.2, 0.2]"):
        assert values == {"ball", "balloon"}


def test_a_thing_that_is_there_already_is_not_added() -> None:
    for values in list_values("addition", "1. umbrella: [0.1, 0.0, 0.2, 0.1]", "- A kite in the sky."):
        assert values == {"ball", "balloon", "traffic cone"}


def test_siblings_share_the_object_except_where_objects_are_removed() -> None:
    photograph = read_photograph("none", f"{CAR}\n{DOG}")
    for family in list_families("color", photograph):
        assert len({change.step.target for change in family}) == 1
    (family,) = list_families("remove", photograph)
    assert [change.step.target for change in family] == [1, 2]
