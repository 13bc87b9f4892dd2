"""The rules that close the holes which words leave in a sentence when they are taken out."""

import re

from irloom.backends.offline.chat.english import FUNCTION_WORDS, PLAIN_ADJECTIVES

HOLE = r"⟦[^⟧]*⟧"
"""A place where a word was taken out; it carries the noun to use if a noun turns out to be missing."""

_ING_NOUNS = (
    "clothing buildings? paintings? railings? ceilings? strings? rings? wings? things? awnings? lighting "
    "icing "
    "frosting siding dressing topping swings? bedding flooring cutting dining swimming parking fishing "
    "serving "
    "covering crossing fencing stuffing wedding baking mixing cooking washing drinking bathing shopping "
    "stockings? "
    "markings? lettering writing wrapping evening morning king lining piping matching flying living casing "
    "boarding"
)
_FOLLOWS = "|".join(FUNCTION_WORDS)
_STOP = r"\s*(?:$|[.,;:!?()\"])"
_END = rf"(?={_STOP}|\s+(?:{_FOLLOWS})\b|\s+(?!(?:{_ING_NOUNS.replace(' ', '|')})\b)\w+ing\b)"
_DET = r"(?:an?|the|this|that|its|his|her|their|another|each|one)"
_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|several|some|many|few|both)"
_PLAIN = rf"(?:{'|'.join(PLAIN_ADJECTIVES)})"
_PREPOSITION = (
    r"(?:on|in|into|of|from|against|with|over|by|under|through|at|inside|to|like|for|out of|onto|across)"
)
_BE = r"(?:is|are|was|were)"
_ALL = (
    r"(?:all |both |very |also |mostly |entirely |completely |painted |colored |wearing |dressed in "
    r"|made of )*"
)
_SEEM = r"(?:is|are|was|were|looks|look|appears|appear|seems|seem|stays|turned|turns|glows)"
_LOOKS = r"(?:is|looks|appears|seems|was|has|turns|turned|has turned|is turning)"
_CLAUSE_END = r"(?=\s*(?:$|[.;!?]|, (?:and|with|while|but)\b))"
_ON_IT = (
    r"(?: (?:on|across|along|over|down) (?:(?:it|them|top)\b|(?:the|its|his|her|their|a|both) "
    r"(?:left |right |front |back )?\w+)(?: of (?:it|them))?)"
)

# Parts that every such thing has: without its colour, naming the part says nothing.
_SURFACE = (
    r"(?:hair|fur|skin|trim|accents|highlights|tones?|bangs|walls?|faces?|tails?|eyes|nose|beak|belly"
    r"|chest|paws|legs|feet|spots|markings|patches)"
)

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    """Compile rules in which `@` stands for a hole."""
    return tuple((re.compile(find.replace("@", HOLE), re.IGNORECASE), put) for find, put in pairs)


MERGES = _rules(
    # "red, white and blue" is one hole; the last one's noun stays.
    (r"@(?:\s*(?:,|and|or|&|/|,\s*and|,\s*or|of)?\s*(@))", r"\1"),
    (r"@\s+(?:and|or)\s+(?:light|dark)\s+(@)", r"\1"),
)

PREDICATES = _rules(
    (rf"\b(that|which|who) is {_ALL}@ by\b", r"\1 has"),
    (rf",?\s*\b(?:that|which|who) {_BE} {_ALL}@{_END}", ""),
    (rf"\b({_BE}) (?:showing|turning|glowing) @ ", r"\1 "),
    # "Sunlight shines through the window", "The sun is shining on a man": what is lit stays.
    (
        r"^@(?: (?:shines|streams|comes|falls|pours|filters)(?: in)?)? (?:through|into|onto|on|over) (?=\w)",
        "",
    ),
    (r"\ban? @ and an? @ (\w+)", r"a \1 and a \1"),
    (rf"\b((?:that|which|who) {_BE}) {_ALL}@ (?:and|but) ", r"\1 "),
    # "The grass is green and the sky is blue": both subjects stay.
    (
        rf"^([^,.;]{{1,40}}?) is @(?:,? and|,) ((?:the|its|his|her|their) [^,.;]{{1,40}}?) is @{_CLAUSE_END}",
        r"\1 and \2",
    ),
    (rf"\b{_BE} {_ALL}@,? and (?=(?:says|reads|has|have|sits?|stands?|hangs?|shows?|lies|points?)\b)", ""),
    (rf"\b({_BE}) {_ALL}@(?:,| and| but) (?=\w+{_END})", r"\1 "),
    (
        r",?\s*\b(?:one|some|two|half)(?: is| are)? @(?: and|,|, and| while)"
        r" (?:one|some|two|the others?|another)(?: is| are)? @,?",
        "",
    ),
    (r",\s*@(?: in @)?(?:,|(?=\s*[.]?$))", ""),
    (rf"\b(?:looks|appears|seems) @ (?={_PREPOSITION}\b)", "is "),
    (rf"\b(?:look|appear|seem) @ (?={_PREPOSITION}\b)", "are "),
    (rf"\bis {_ALL}@ (?:with|by)\b", "has"),
    (rf"\bare {_ALL}@ (?:with|by)\b", "have"),
    (rf"\bwas {_ALL}@ (?:with|by)\b", "had"),
    (r"@ (?:up )?(?:by|from)\b", "with"),
    # A clause that says nothing else goes with its subject; a sentence keeps the subject.
    (
        r"(?<=\w)(?:,| and| while| but| as|, and| where)+ (?:the|its|his|her|their|it) ?[^,.;]{0,40}? "
        rf"{_SEEM} {_ALL}@{_CLAUSE_END}",
        "",
    ),
    (
        rf"^(?:the|this|an?) ([^,.;]{{1,60}}?) {_LOOKS} {_ALL}"
        rf"(?:{_DET} )?(?:{_PLAIN} )*@(?: {_SURFACE}(?: and @ {_SURFACE})*)?{_ON_IT}?{_CLAUSE_END}",
        r"there is a \1",
    ),
    (
        r"^(?:the |these )?(?!an? )([^,.;]{1,60}?) (?:are|look|appear|seem|were|have) "
        rf"{_ALL}@{_ON_IT}?{_CLAUSE_END}",
        r"there are \1",
    ),
    (
        rf"\b({_BE}) {_ALL}@ (?=(?:on|in|at|near|next|by|beside|under|behind|above|over|parked|sitting)\b)",
        r"\1 ",
    ),
    (rf"\b(?:and|but|,) (?:very |all )?@(?={_STOP})", ""),
)

PHRASES = _rules(
    (
        r",?\s*\b(?:with|having|bearing|displaying|showing|has|featuring) "
        rf"(?:{_DET} |some )?(?:{_PLAIN} )*@{_ON_IT}",
        "",
    ),
    (rf",?\s*\b(?:casting|casts|throwing|making|leaving) (?:{_DET} )?(?:{_PLAIN} )*@(?:{_ON_IT})?", ""),
    (
        r",?\s*\b(?:dressed|clad|painted|decorated|covered|made|done|wrapped|set|trimmed|outlined|built|colou?red"
        r"|shaded|lined|topped|bathed)(?: all| mostly| up| entirely)?(?: (?:in|of|out of|from|with|by))?"
        rf"(?: {_DET})? @{_END}",
        "",
    ),
    (rf",?\s*\b(?:wearing|wears|has on)(?: all)? @{_END}", ""),
    (rf"\bwith (?:an? )?@ {_SURFACE}(?: and|, and|,) (?:some )?", "with "),
    (rf",?\s*\bwith (?:an? )?@ {_SURFACE}\b", ""),
)

ADJECTIVES = _rules(
    (
        rf"\b({_DET}|{_NUMBER}|{_PLAIN}) ⟦[^⟧]*⟧(?:,| and|, and) (?!{_DET}\b|{_NUMBER}\b|with\b)(?=\w+ \w)",
        r"\1 ",
    ),
    (rf"(?:(?<=^)|(?<=[.,] ))@(?:,| and) (?={_PLAIN}\b)", ""),
    (rf"\b((?:{_DET}|{_NUMBER}) (?:{_PLAIN},? )*{_PLAIN}|^{_PLAIN})(?:,| and|, and) @ (?=\w)", r"\1 "),
)

NOUNS = _rules(
    (rf"\b({_PREPOSITION}(?: {_PLAIN})*) ⟦(\w+)⟧{_END}", r"\1 \2"),
    (
        rf"\b((?:{_DET}|{_NUMBER})(?: {_PLAIN})*) ⟦(\w+)⟧(?!\s+(?:and|or) (?!{_DET}\b|{_NUMBER}\b)){_END}",
        r"\1 \2",
    ),
    (rf"(['’]s(?: {_PLAIN})*) ⟦(\w+)⟧{_END}", r"\1 \2"),
    (r"^⟦(\w+s|paint)⟧(?= \w)", r"\1"),
    (rf"^⟦(\w+)⟧{_END}", r"a \1"),
    (rf"(?<=and )⟦(\w+)⟧{_END}", r"a \1"),
)

EMPTY = _rules(
    (rf"\b(?:the|an?) (?:{_PLAIN} )*@ (?:of|from) (?=\w)", ""),
    (rf",?\s*\b{_PREPOSITION}(?: {_DET})?(?: {_PLAIN})* @{_END}", ""),
    (rf"\b((?:the|this|that|its|his|her|their|another|each)(?: {_PLAIN})*) @{_END}", r"\1 one"),
    (rf"\ban?((?: {_PLAIN})*) @{_END}", r"\1 one"),
    (rf"\b({_NUMBER}(?: {_PLAIN})*) @{_END}", r"\1 ones"),
    (rf",?\s*\b(?:and|or) @{_END}", ""),
)

TIDIES = _rules(
    (r"\s*@", ""),
    (r"\s+", " "),
    (r"\s+([.,;:!?])", r"\1"),
    (r"([.,;:])(?:\s*[,;:])+", r"\1"),
    (r",(?=\s*[.!?])", ""),
    (r"\.{2,}", "."),
    (r"\b(and|or|with|of|in|on|the|a|an)(?: \1)+\b", r"\1"),
    (r"\b(?:and|or|but|,) (?=(?:with|in|on|at|of)\b[.,;])", ""),
    (r"\b(with|of|in|and|or|for|by) (?:and|or|,)(?= )", r"\1"),
    (r"^(?:\W*\b(?:and|or|but|with)\b)+ ", ""),
    (r"^[\s,;:.\-]+", ""),
    (rf"\b({_BE}) (?:and|or|,) ", r"\1 "),
    (r"\ban? one\b", "one"),
    (r"(?:[\s,;:\-]+|\b(?:and|or|but|with|of|the|a|an|that|is|are))+(?=[.]?\s*$)", ""),
)


def apply(rules: _Rules, text: str) -> str:
    """Apply the rules in order, each as often as it finds something."""
    for pattern, replacement in rules:
        for _ in range(10):
            changed = pattern.sub(replacement, text)
            if changed == text:
                break
            text = changed
    return text
