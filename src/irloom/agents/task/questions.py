"""The requests that a detailed description answers; the model writes the answer only."""

import hashlib

QUESTIONS = (
    "Describe this infrared image in detail.",
    "What does this thermal image show? Please go into detail.",
    "Give a thorough description of the scene in this infrared picture.",
    "Walk me through everything that can be seen in this thermal picture.",
    "Write a detailed account of what this infrared image contains.",
    "Explain the scene in this infrared image as completely as you can.",
    "Please describe the objects in this thermal image and where they are.",
    "What is going on in this infrared image? Leave nothing important out.",
)


def choose_question(sample: str) -> str:
    """One of the requests, by the sample's id."""
    return QUESTIONS[hashlib.sha256(sample.encode()).digest()[0] % len(QUESTIONS)]
