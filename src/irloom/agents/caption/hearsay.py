"""Finds what no camera can tell: insults, guesses about people, dates and brands.

Few words, so that few captions are lost: what is left out here only costs a caption that could be better.
"""

import re
from collections.abc import Mapping

_INSULTS = "ugly stupid dumb fat obese idiotic lazy crappy pathetic gross disgusting trashy creepy"
_NAMES = """
    idiot moron loser retard retarded weirdo douche fatty fatso slut bitch bastard asshole dork dorky nerd
    nerdy midget freak damn shit shitty crap
"""
_PEOPLE = """
    man men woman women boy girl lady ladies guy person people child children kid couple family families
    player tourist soldier student chef team male female
"""
_ORIGINS = """
    american european african asian oriental chinese japanese korean indian mexican hispanic latino latina
    arab arabic muslim jewish christian amish british english french german italian spanish russian
    caucasian thai vietnamese filipino irish scottish dutch turkish brazilian australian canadian
"""
_TRADES = """
    prostitute politician lawyer banker accountant journalist celebrity hooker gangster terrorist criminal
    thief immigrant hobo hipster redneck millionaire
"""
_FEELINGS = """
    happy sad angry lonely jealous depressed bored annoyed proud ashamed worried miserable furious
    frustrated confused embarrassed disappointed guilty nostalgic
"""
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_MONTHS = "january february april june july august september october november december"
_BRANDS = """
    adidas amtrak audi blackberry bmw boeing budweiser burger_king canon chevrolet chevy coca_cola coke
    converse delta_airlines disney facebook fanta fedex ferrari google gucci guinness harley
    harley_davidson heineken honda hyundai ibm ikea imac ipad iphone ipod jetblue kfc kleenex krispy_kreme
    lacoste lenovo lexus lufthansa macbook mazda mcdonalds mcdonald's mercedes microsoft nikon nike
    nintendo nissan nokia oreo pepsi porsche qantas samsung samsonite sony starbucks subaru suzuki toshiba
    toyota twitter vespa volkswagen volvo walmart wal_mart wii winnebago xbox yamaha
"""


def _any_of(words: str) -> str:
    """An expression for one of some words; `_` is a blank or a hyphen."""
    return rf"(?:{'|'.join(re.escape(word).replace('_', '[ -]') for word in words.split())})"


_PERSON = rf"(?:[ -]\w+)?[ -]{_any_of(_PEOPLE)}s?\b"
"""Somebody, with at most one word before."""
_IS = r"\b(?:looks?|looking|seems?|feels?|feeling|is|are|appears?(?: to be)?)(?: (?:very|so|quite|really))?"
_YEARS = rf"(?:\d{{1,3}}|\w+(?:teen|ty)|{_any_of(_NUMBERS)})[ -]years?[ -]old"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_KINDS: Mapping[str, tuple[str, ...]] = {
    "an insult": (rf"\b{_any_of(_INSULTS)}{_PERSON}", rf"\b{_any_of(_NAMES)}s?\b"),
    "where somebody is from": (rf"\b{_any_of(_ORIGINS)}(?! (?:football|food)){_PERSON}",),
    "what somebody is": (rf"\b{_any_of(_TRADES)}s?\b",),
    "how old somebody is": (
        rf"\b{_YEARS}{_PERSON}",
        r"\bin (?:his|her|their) (?:(?:early|mid|late)[ -])?\w+ties\b",
        rf"\b(?:middle[ -]aged|elderly){_PERSON}",
        r"\bsenior citizens?\b",
    ),
    "what somebody feels": (rf"{_IS} {_any_of(_FEELINGS)}\b", rf"\b{_any_of(_FEELINGS)}{_PERSON}"),
    "a date": (
        r"\b(?:1[89]\d\d|20[0-3]\d)(?:['’]?s)?\b",
        r"(?<!\w)['’]\d0s\b",
        rf"\b{_any_of(_MONTHS)},? \d{{1,2}}(?:st|nd|rd|th)?\b",
        rf"\b{_ORDINAL} of {_any_of(_MONTHS)}\b",
        r"\b(?:\d\dth|21st|nineteenth|twentieth) century\b",
        r"\b(?:fifties|sixties|seventies|eighties|nineties)\b",
    ),
    "a brand": (rf"(?<![\w-]){_any_of(_BRANDS)}(?:['’]?s)?(?!\w)",),
}
_PATTERNS = {kind: re.compile("|".join(parts), re.IGNORECASE) for kind, parts in _KINDS.items()}


def find_hearsay(caption: str) -> str | None:
    """Why a caption says what no picture shows, with the words; None where it does not."""
    for kind, pattern in _PATTERNS.items():
        if found := pattern.search(caption):
            return f"it tells {kind}: {found.group()!r}"
    return None
