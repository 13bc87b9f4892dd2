"""What no picture shows is found, and ordinary captions are not."""

import pytest

from irloom.agents.caption.hearsay import find_hearsay


@pytest.mark.parametrize(
    ("caption", "reason"),
    [
        ("An ugly man walks a dog.", "it tells an insult: 'ugly man'"),
        ("Some nerds play a game.", "it tells an insult: 'nerds'"),
        ("Two Asian women cook.", "it tells where somebody is from: 'Asian women'"),
        ("A politician speaks.", "it tells what somebody is: 'politician'"),
        ("A five year old boy runs.", "it tells how old somebody is: 'five year old boy'"),
        ("A man in his late twenties sits.", "it tells how old somebody is: 'in his late twenties'"),
        ("A boy who is very happy.", "it tells what somebody feels: 'is very happy'"),
        ("Happy people wave.", "it tells what somebody feels: 'Happy people'"),
        ("A street in the 1950s.", "it tells a date: '1950s'"),
        ("A parade on July 4th.", "it tells a date: 'July 4th'"),
        ("A Coca-Cola truck.", "it tells a brand: 'Coca-Cola'"),
        ("Two iPhones on a desk.", "it tells a brand: 'iPhones'"),
        ("A McDonald's sign.", 'it tells a brand: "McDonald\'s"'),
    ],
)
def test_what_no_picture_shows_is_named(caption: str, reason: str) -> None:
    assert find_hearsay(caption) == reason


@pytest.mark.parametrize(
    "caption",
    [
        *("A fat cat sleeps.", "A sad looking dog.", "American football players run.", "An Indian elephant."),
        *("A bus with the number 1504.", "An apple on a table.", "People may walk here.", "Chinese food."),
        *("Soldiers march in step.", "A chef cooks.", "A wiimote.", "An adult rides a horse."),
    ],
)
def test_ordinary_captions_say_nothing_of_the_kind(caption: str) -> None:
    assert find_hearsay(caption) is None
