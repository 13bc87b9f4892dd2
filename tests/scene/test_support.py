"""What nothing supports and what is wrongly denied is found; what nobody annotates is not known."""

import pytest

from irloom.scene.support import find_denied, find_unsupported

ANNOTATED = {"person", "dog", "boat", "traffic light", "car"}


def exchange(question: str, answer: str) -> str:
    return f"Question: {question}\nAnswer: {answer}"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Two boats are tied to a pier.", ["boat"]),
        ("A man walks a puppy past a yacht.", ["person", "boat"]),
        (exchange("What is the boat doing?", "It drifts."), ["boat"]),
        ("There are people on the left.", ["person"]),
        ("Two people sit there.", ["person"]),
        ("A group of people sits there.", ["person"]),
        ("A boat can be seen.", ["boat"]),
        (exchange("Is there a boat?", "Yes."), ["boat"]),
        (exchange("Is there a dog?", "No, but there is a boat. A boat drifts."), ["boat"]),
    ],
)
def test_things_that_neither_captions_nor_boxes_have_are_named(text: str, labels: list[str]) -> None:
    assert find_unsupported(text, {"dog"}, ANNOTATED) == labels


@pytest.mark.parametrize(
    "text",
    [
        "A dog sleeps.",
        "A zebra stands by a bench.",
        "There is no boat.",
        exchange("Is there a boat?", "No."),
        exchange("Is there a boat?", "It is not there."),
        exchange("What colour is the boat?", "That cannot be told."),
        "If a person came by, the dog would bark.",
        "A person should keep a distance.",
        "A rider therefore has to plan each stop.",
        "The car park is empty.",
        "People turn towards what they attend to.",
        "Bodies of people are warm from within.",
        "It is practical for the people who use it.",
        "An individual shape stands out.",
    ],
)
def test_what_is_unknown_denied_or_general_needs_no_support(text: str) -> None:
    assert find_unsupported(text, {"dog"}, ANNOTATED) == []


@pytest.mark.parametrize(
    "text",
    [
        exchange("Is there a dog?", "No."),
        exchange("Are there any dogs in the image?", "No, there are none."),
        exchange("Can you see a puppy here?", "No."),
        exchange("What is there?", "There are no dogs."),
        exchange("What is there?", "There is no dog in the thermal image, only grass."),
        exchange("What is there?", "No dogs are visible."),
        exchange("Is it a park?", "No, the image shows no dog."),
    ],
)
def test_a_plain_denial_of_what_is_there_is_found(text: str) -> None:
    assert find_denied(text, {"dog", "person"}) == ["dog"]


@pytest.mark.parametrize(
    "text",
    [
        exchange("Is there a cat?", "No."),
        exchange("Is there a dog on the bench?", "No, it lies beside it."),
        exchange("Is the dog awake?", "No."),
        exchange("Is there a dog?", "Yes."),
        exchange("What is there?", "There are no dogs on the bench."),
        exchange("What is there?", "There is no dog leash."),
    ],
)
def test_a_denial_that_may_be_true_is_none(text: str) -> None:
    assert find_denied(text, {"dog", "person"}) == []
