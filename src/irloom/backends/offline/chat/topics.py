"""Common knowledge for questions that need reasoning: about a kind of scene, no claim about the image."""

from collections.abc import Collection
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Topic:
    """A question that does not give the scene away, and what follows from seeing it."""

    question: str
    conclusion: str
    labels: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    """One of these has to be there too, where any are named."""


def _topic(labels: str, question: str, conclusion: str, also: str = "") -> Topic:
    return Topic(
        question,
        conclusion,
        frozenset(labels.split(",")),
        frozenset(also.split(",")) if also else frozenset(),
    )


_VEHICLES = "car,bus,truck,motorcycle,bicycle,train"
_ANIMALS = "bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe"
_FOOD = "banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake"
_SPORTS = (
    "frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket"
)

_TOPICS = (
    _topic(
        _VEHICLES,
        "What should everyone at this place pay attention to?",
        "People on foot and vehicles share this place, so drivers do well to keep their speed low and "
        "people on foot "
        "to watch for movement before they step forward.",
        also="person",
    ),
    _topic(
        _VEHICLES,
        "Why does it matter how much room is kept in a place like this?",
        "Vehicles need room to start, stop and turn, so free space around them keeps the way open for "
        "others.",
    ),
    _topic(
        _SPORTS,
        "What does a beginner need to practise before taking part in something like this?",
        "Such an activity asks for balance, timing and free space, so a beginner starts slowly, keeps a "
        "distance from "
        "others and repeats the basic movements until they are steady.",
        also="person",
    ),
    _topic(
        "dog,cat,horse",
        "What does the situation tell about how people and animals get along?",
        "An animal that stays this close to people is used to them, and calm movements help to keep its "
        "trust.",
        also="person",
    ),
    _topic(
        _ANIMALS,
        "How should someone who comes to this place behave?",
        "Animals notice sudden movement first, so a visitor does best to keep a distance and to move slowly.",
    ),
    _topic(
        _FOOD + ",fork,knife,spoon,bowl,cup,wine glass,dining table",
        "What is this arrangement good for, and what keeps it in order?",
        "Things for eating and drinking that stand within reach make a meal easy to share, and putting "
        "each back in "
        "its place keeps the surface free.",
    ),
    _topic(
        "laptop,keyboard,mouse,tv,cell phone,remote",
        "What helps someone who spends a long time at this place?",
        "Working with devices for a long time is easier with short breaks and with everything within reach.",
    ),
    _topic(
        "bed,couch,chair,toilet,sink,refrigerator,oven,microwave,potted plant",
        "What makes a place like this practical for the people who use it?",
        "Furniture and fittings that leave a free way between them make a place easy to use and to clean.",
    ),
    _topic(
        "boat,surfboard",
        "What has to be kept in mind at a place like this?",
        "On the water, wind and waves decide how things move, so distance and a secure mooring matter.",
    ),
    _topic(
        "airplane,rocket",
        "Why does a place like this need so much free space?",
        "Craft of this size need long approaches and safe distances on the ground, so the area around them "
        "is kept free.",
    ),
    _topic(
        "person",
        "What can be concluded from how the people take part in the scene?",
        "People turn their bodies towards what they attend to, so posture and distance tell what a moment "
        "is about.",
    ),
)
_GENERAL = Topic(
    "What does the arrangement of the scene tell about its purpose?",
    "Things are usually placed close to where they are used, so what stands together tells what a place is "
    "for.",
)


def choose_topic(labels: Collection[str], random: Random) -> Topic:
    """Choose a topic that fits the labels, by chance among the three closest."""
    fitting = [
        topic
        for topic in _TOPICS
        if topic.labels & set(labels) and (not topic.also or topic.also & set(labels))
    ]
    return random.choice(fitting[:3]) if fitting else _GENERAL
