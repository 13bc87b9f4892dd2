"""Small closed classes of English words, for deciding what may be taken out of a sentence."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _verbs(text: str) -> frozenset[str]:
    """Each verb as it is and as it stands after "he"."""
    return frozenset(form for verb in _words(text) for form in (verb, _third_person(verb)))


def _third_person(verb: str) -> str:
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


ARTICLES = _words("a an")
DETERMINERS = ARTICLES | _words(
    """
    the this that these those its his her their our my your another each every one two three four five
    six seven eight nine ten eleven twelve many several some few both no any other more various assorted
    multiple numerous
    """
)
CONJUNCTIONS = _words("and or but & nor")
BE = _words("is are was were be been being am isn't aren't")
LINKING = BE | _words(
    """
    look looks looked appear appears appeared seem seems seemed become becomes became turn turns turned
    turning go goes went gone remain remains stay stays painted colored coloured dyed stained tinted
    shaded decorated dressed clad glow glows glowing flash flashing shows show showing made
    """
)
"""What makes the adjective behind it say something of a noun that stands before."""
DEGREES = _words(
    """
    very fairly really quite rather so too pretty extremely slightly almost nearly mostly mainly partly
    partially primarily predominantly completely entirely totally all half not as more most less light
    dark bright pale deep dull medium solid brightly
    """
)
PREPOSITIONS = _words(
    """
    at atop above across after against along alongside among amongst around away before behind below
    beneath beside besides between beyond by down during for from inside into near nearby next off on
    onto opposite outside over past through throughout to toward towards under underneath until up upon
    with within without out in
    """
)
CLAUSE_WORDS = _words("while as when where which who whose that if because than")
FUNCTION_WORDS = (
    DETERMINERS
    | CONJUNCTIONS
    | BE
    | PREPOSITIONS
    | CLAUSE_WORDS
    | _words(
        """
    of it it's them they he she him we you i there here can could will would may might must should do
    does did have has had having then also only just together too well not so very all again yet both
    ones others being today now apart each upside indoors outdoors backwards downhill uphill downtown
    alone alongside
    """
    )
)
"""Words that are neither the noun behind an adjective nor another adjective."""

VERBS = _verbs(
    """
    sit stand lie lay hang lean wait ride hold wear eat take pose perform fly drive go come get make do
    have see reach throw catch swing serve jump climb enter leave pull push carry prepare cook feed
    graze swim float sleep smile laugh talk speak use read write fill surround adorn decorate hover
    lounge gather dig sniff lick chew stare gaze peek poke stretch crouch squat kneel bend follow chase
    lead sail compete practice exit walk run play look watch rest move travel pass contain hit kick dry
    grow drop sell buy put give try attempt appear seem become keep let help meet join ski skateboard
    snowboard enjoy approach cross perch peer nap crawl balance slide skate surf land blow fall add mean
    begin arrive depart dance drift contrast blend shine glow reflect tell say bloom roam wander race
    tow occupy remain
    """
) | _words(
    """
    sat stood lay lain hung held wore ate took flew drove went came saw threw caught swung rode ran
    """
)
_NOUNS_TOO = _words(
    """
    slide slides race races match matches stick sticks dry watches drop drops face faces stretch
    stretches play run runs drive drives walk walks leaves fall falls
    """
)
VERBS -= _NOUNS_TOO
"""What follows a subject; words that name things as often are left out."""

ING_NOUNS = _words(
    """
    clothing building buildings painting paintings railing railings ceiling ceilings string strings ring
    rings wing wings thing things awning awnings lighting icing frosting siding dressing topping swing
    swings bedding flooring cutting dining swimming parking fishing serving covering crossing fencing
    stuffing wedding baking mixing cooking washing drinking bathing shopping stocking stockings marking
    markings lettering writing wrapping evening morning king lining piping living casing boarding
    stuffings tennis racing riding bowling landing herding roofing duckling pudding filling sling
    sailing hunting
    """
)

LY_NOUNS = _words(
    """
    butterfly fly family jelly lily belly trolley assembly ally bully dolly firefly curly hilly woolly
    """
)

PLAIN_ADJECTIVES = _words(
    """
    big large small tall short long little tiny huge giant massive old new young modern older younger
    vintage antique round square open closed empty full fancy simple plain thick thin narrow wide heavy
    soft smooth rough furry fluffy shaggy hairy cute pretty beautiful nice lovely clean dirty dusty
    rusty striped spotted checkered plaid floral flowery patterned decorative busy crowded cluttered
    messy tidy cozy dry wet damp muddy snowy grassy sandy rocky hot cold warm cool fresh ripe baby adult
    male female double single lone lush hilly steep low high flat curved curly straight fuzzy stuffed
    wild domestic ornate elegant sleek rusted weathered worn tattered torn folded sliced peeled chopped
    unripe frosted fried grilled overgrown bushy unmade wavy delicious tasty healthy polka-dot
    """
)
"""Adjectives that infrared can support and that captions often put beside a colour."""

GARMENTS = _words(
    """
    shirt shirts t-shirt t-shirts tshirt tee top tops dress dresses jacket jackets coat coats pants
    shorts hat hats uniform uniforms suit suits gown gowns tie ties clothing clothes outfit outfits
    skirt skirts sweater sweaters jersey jerseys vest vests cap caps helmet helmets shoe shoes boots
    boot socks jeans hoodie hoodies robe robes attire costume costumes gear trunks swimsuit swimsuits
    bikini apron aprons scarf scarves glasses sunglasses gloves glove wetsuit wetsuits wet tank sleeve
    sleeves stockings tights leggings blouse collar collars bandana headband harness bow leash blanket
    blankets towel sneakers sandals overalls pajamas tuxedo tuxedos polo button
    """
)
THINGS = _words(
    """
    water waters room rooms field fields grass snow bowl bowls vase vases kitchen bathroom bedroom wall
    walls box boxes house car cars truck sky skies sand pot pots container containers basket baskets cup
    cups dish dishes building buildings boat boats paper wrapping flowers leaves sauce liquid bag bags
    chair chairs bed beds frame frames tiles tile icing frosting cage crate crates planter planters
    buckets jars bottles glass smoke foliage letters lettering floor floors table tables desk step steps
    stair stairs bench benches pole poles post posts fence counter counters countertop countertops
    surface surfaces tray trays plate plates shelf shelves track tracks barrel barrels bleachers railing
    railings door doors window windows cabinet cabinets furniture appliances utensils seat seats couch
    couches sofa tower bridge pan pans platform sidewalk path court courts ramp ledge roof wheels
    """
)
"""What "in red" and "on concrete" are said of; elsewhere a noun cannot be told from a verb there."""
SURFACES = _words(
    """
    hair fur skin trim accents highlights eyes nose beak belly chest paws legs feet ears tail walls wall
    face faces background beard mane spots markings patches wings feathers head bangs top roof sky
    """
)
"""Parts that every such thing has: without its colour, naming the part says nothing."""
BARE_SURFACES = SURFACES - _words(
    """
    walls wall background wings feathers sky top roof head spots markings patches legs feet beard mane
    trim tail ears face faces
    """
) | _words("clothing clothes attire outfits")
"""Surfaces of which nothing may be said without the colour, as in "with hair"."""

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
