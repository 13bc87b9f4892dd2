"""What may be said of warm and cool follows from clear differences alone, and can be read back."""

import pytest

from irloom.lexicon import Lexicon
from irloom.scene.heat import (
    _FORMS,
    HEAT_WORD,
    MOST_FACTS,
    HeatFact,
    Measured,
    Scale,
    list_heat,
    read_fact,
)
from irloom.scene.layout import Thing

PERSON = Thing("person", 0.1, 0.1, 0.3, 0.8)
BENCH = Thing("bench", 0.5, 0.5, 0.9, 0.9)
CUP = Thing("cup", 0.6, 0.1, 0.7, 0.3)


def measure(*own: float, around: float | None = 20.0) -> list[Measured]:
    return [Measured(thing, one, around) for thing, one in zip((PERSON, BENCH, CUP), own, strict=False)]


def test_temperatures_are_compared_with_each_other_and_with_the_air() -> None:
    assert list_heat(measure(30.0, 20.2), "temperatures") == (
        "The person is warmer than the bench.",
        "The bench is close to the temperature of the air around it.",
        "The person is clearly warmer than the air around it.",
    )


def test_of_three_the_hottest_and_the_coolest_are_named() -> None:
    told = list_heat(measure(30.0, 22.5, 15.0), "temperatures")
    assert "The person is the hottest object in the picture." in told
    assert "The cup is the coolest object in the picture." in told
    assert len(told) <= MOST_FACTS


def test_nothing_is_said_of_small_differences() -> None:
    assert list_heat(measure(21.8, 21.5, 22.0, around=None), "temperatures") == ()
    assert list_heat(measure(120, 130, 125, around=110), "pixels") == ()


def test_pixels_speak_of_bright_and_dark_and_never_of_warm() -> None:
    told = " ".join(list_heat(measure(200, 100, 20, around=100), "pixels"))
    assert "The person appears brighter than the bench." in told
    assert "The bench hardly stands out from its surroundings." in told
    assert "appears as the darkest object" in told
    assert not any(word in told for word in ("warm", "cool", "hot", "temperature"))


def test_tiny_things_and_groups_say_nothing() -> None:
    tiny = Measured(Thing("cup", 0.5, 0.5, 0.52, 0.53), 90.0, 20.0)
    group = Measured(Thing("person", 0.5, 0.1, 0.9, 0.9, group=True), 90.0, 20.0)
    assert list_heat([tiny, group], "temperatures") == ()


def test_the_hottest_is_hotter_than_what_nothing_is_said_of() -> None:
    fork = Measured(Thing("fork", 0.0, 0.9, 0.1, 1.0), 60.0, 20.0)
    told = list_heat([*measure(30.0, 22.0, 15.0), fork], "temperatures", mute={"fork"})
    assert "hottest" not in " ".join(told)
    assert "fork" not in " ".join(told)


@pytest.mark.parametrize("scale", ["temperatures", "pixels"])
def test_every_sentence_can_be_read_back_and_breaks_no_rule(scale: str) -> None:
    lexicon = Lexicon.load(None)
    for kind in _FORMS[scale]:  # type: ignore[index]
        other = "the bench on the left" if kind in {"more", "less"} else ""
        fact = HeatFact(kind, scale, "the leftmost person", other)  # type: ignore[arg-type]
        assert read_fact(fact.say()) == fact
        assert lexicon.find(fact.say()) == []


def test_another_sentence_is_no_fact() -> None:
    assert read_fact("The person is warm.") is None


def measure_degrees() -> list[Measured]:
    return [Measured(PERSON, 30.04, 12.0, 36.5), Measured(BENCH, 11.8, 12.0, 12.6)]


def test_what_a_camera_measured_is_told_in_degrees_with_its_surroundings() -> None:
    assert list_heat(measure_degrees(), "measured") == (
        "The bench measures 11.8 °C on average and 12.6 °C at its hottest point.",
        "The person measures 30.0 °C on average and 36.5 °C at its hottest point.",
        "The bench measures about as warm as its surroundings.",
        "The person measures 18.0 °C warmer than its surroundings.",
        "The person measures warmer than the bench.",
    )


@pytest.mark.parametrize("scale", ["temperatures", "pixels", "measured", "warmth", "tones"])
def test_every_sentence_of_every_scale_is_read_back_as_it_was_meant(scale: Scale) -> None:
    for kind, form in _FORMS[scale].items():
        other = "the bench on the left" if "{1}" in form else ""
        figures = ("-3.0", "36.5")[: form.count("{2}") + form.count("{3}")]
        fact = HeatFact(kind, scale, "the person", other, figures)
        assert read_fact(fact.say()) == fact


def test_no_sentence_about_tones_speaks_of_heat() -> None:
    assert [form for form in _FORMS["tones"].values() if HEAT_WORD.search(form)] == []
    assert all(HEAT_WORD.search(form) for form in _FORMS["warmth"].values())
