r"""Writes mathtext as a reader would type it: `$\frac{v_0}{2}=30^\circ$` is `v_0/2=30°`."""

import re
from collections import deque

from matplotlib._mathtext_data import tex2uni

_DOLLAR = re.compile(r"(?<!\\)\$")
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_GAPS = {",", ":", ";", "/", ">", " ", "quad", "qquad", "enspace", "thinspace"}
_SILENT = set(
    "! left right displaystyle textstyle mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr "
    "mathnormal mathdefault mathregular mathbfit mathcircled text textrm textbf textit rm bf it sf tt cal bb "
    "frak scr boldsymbol operatorname substack middle big Big bigg Bigg hat bar vec dot ddot tilde acute "
    "grave breve check widehat widetilde widebar overline underline overrightarrow".split()
)


def write_plainly(text: str) -> str:
    """Give a text of a figure with its mathematics written out in plain characters."""
    parts = _DOLLAR.split(text)
    if len(parts) % 2 == 0:
        return text.replace(r"\$", "$")  # Matplotlib sees no mathematics in it either
    written = [
        _write(deque(_TOKEN.findall(part))) if place % 2 else part.replace(r"\$", "$")
        for place, part in enumerate(parts)
    ]
    return re.sub(r"[ \t]+", " ", "".join(written)).strip()


def _write(tokens: deque[str], end: str | None = None) -> str:
    written = []
    while tokens:
        token = tokens.popleft()
        if token == end:
            break
        written.append(_write_token(token, tokens))
    return "".join(written)


def _write_token(token: str, tokens: deque[str]) -> str:
    if token == "{":
        return _write(tokens, "}")
    if token in ("^", "_"):
        argument = _take(tokens)
        return "°" if token == "^" and argument in ("∘", "°") else token + _bracket(argument)
    if token == "~":
        return " "
    return _write_command(token[1:], tokens) if token[0] == "\\" else token


def _write_command(name: str, tokens: deque[str]) -> str:
    if name in _GAPS:
        return " "
    if name in ("left", "right") and tokens and tokens[0] == ".":
        tokens.popleft()
    if name in _SILENT:
        return ""
    if name in ("frac", "dfrac", "tfrac"):
        return f"{_bracket(_take(tokens))}/{_bracket(_take(tokens))}"
    if name == "sqrt":
        if tokens and tokens[0] == "[":
            tokens.popleft()
            return f"{_write(tokens, ']')}√{_bracket(_take(tokens))}"
        return f"√{_bracket(_take(tokens))}"
    return chr(tex2uni[name]) if name in tex2uni else name


def _take(tokens: deque[str]) -> str:
    """Write what the command before applies to: a group, or one token."""
    while tokens and tokens[0].isspace():
        tokens.popleft()
    return _write_token(tokens.popleft(), tokens).strip() if tokens else ""


def _bracket(text: str) -> str:
    return text if re.fullmatch(r"[\w.,'′*√°^]*|.", text) else f"({text})"
