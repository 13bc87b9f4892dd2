"""Small closed classes of English words, for mending sentences."""

import re


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


FUNCTION_WORDS = _words(
    "and or but as at atop above across after against along alongside among amongst amid around away before "
    "behind being below beneath beside besides between beyond by can close down during for from had has have "
    "having in inside into is are was were it near nearby next of off on onto opposite out outside over past "
    "that the then through throughout to toward towards under underneath until up upon when where which "
    "while "
    "who whose will with within without sits sit stands stand lies lie lays rests rest hangs hang looks look "
    "walks walk rides ride holds hold wears eats fills takes stays goes gets poses pose plays play "
    "wait run jumps runs talks "
    "smiles "
    "waits leans performs swings throws carries uses reaches flies moves drives passes skis surfs grazes "
    "sleeps works rides watches prepares cuts a an his her its their there"
)
"""What can follow a noun phrase, and cannot stand between an adjective and its noun."""

PLAIN_ADJECTIVES = _words(
    "big large small tall short long little tiny huge giant massive old new young modern older younger "
    "vintage "
    "antique round square open closed empty full fancy simple plain thick thin narrow wide heavy soft smooth "
    "rough furry fluffy shaggy hairy cute pretty beautiful nice lovely clean dirty dusty rusty striped "
    "spotted "
    "checkered plaid floral flowery patterned decorative busy crowded cluttered messy tidy cozy dry wet damp "
    "muddy snowy grassy sandy rocky hot cold warm cool fresh ripe baby adult male female double single lone "
    "lush hilly steep low high flat curved curly straight fuzzy stuffed wild domestic"
)
"""Adjectives that infrared can support and that captions often put beside a colour."""

_LIKE_A_CONSONANT = re.compile(r"(?:uni(?!n)|use|usu|ut[ei]|eu|one\b|once|ufo|ubiq)", re.IGNORECASE)
_LIKE_A_VOWEL = re.compile(r"(?:hour|honest|honou?r|heir|x-?ray|suv\b|mri\b)", re.IGNORECASE)


def article_for(word: str) -> str:
    """Give "a" or "an" as the word sounds."""
    if _LIKE_A_VOWEL.match(word):
        return "an"
    return "an" if word[:1].lower() in "aeiou" and not _LIKE_A_CONSONANT.match(word) else "a"


def capitalise(text: str) -> str:
    """Make the first letter a capital and leave the others as they are."""
    return text[:1].upper() + text[1:]


def end_sentence(text: str) -> str:
    """Close with exactly one full stop, or with the question or exclamation mark that is there."""
    bare = text.rstrip(" .,;:")
    return bare if bare.endswith(("!", "?")) else f"{bare}."
