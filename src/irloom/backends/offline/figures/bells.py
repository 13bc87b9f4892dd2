"""Family: a normal distribution with given mean and deviation, and the interval that is asked about."""

from itertools import pairwise

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import IS, NUMBER
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"confidence|hypothesis|test|percentile|quartile|z-score of|standard error|sample standard deviation|"
    r"significan\w+|two|binomial|poisson|uniform\w*|exponential|regression|variance"
)
_UNIT = r"(?:\s*(?:pounds?|kg|g|cm|mm|m|inches|in|hours?|minutes?|years?|points?|dollars|lb|ounces|oz))?"
_DRAW = """\
fig, ax = plt.subplots(figsize=(6, 4.5))
x = np.linspace(mean - 4 * deviation, mean + 4 * deviation, 401)
ax.plot(x, np.exp(-(((x - mean) / deviation) ** 2) / 2), color="tab:blue")
inside = x[(x >= max(bounds[0], x[0])) & (x <= min(bounds[1], x[-1]))]
ax.fill_between(inside, np.exp(-(((inside - mean) / deviation) ** 2) / 2), color="0.85")
ax.plot([mean, mean], [0, 1], color="black", linestyle="--", linewidth=1)
for bound in bounds:
    if np.isfinite(bound):
        ax.plot([bound, bound], [0, np.exp(-(((bound - mean) / deviation) ** 2) / 2)], color="tab:red")
ax.set_title(",   ".join(texts), fontsize=12)
ax.set_xticks(list(places), names, rotation=90 if crowded else 0)
ax.set_yticks([])
ax.set_ylim(0, 1.1)
ax.spines[["left", "top", "right"]].set_visible(False)
"""


def draw_bell(statement: Statement) -> Figure | None:
    """The density to scale, with the asked interval shaded and its probability left out."""
    if not statement.mentions(r"normal(?:ly)?|standard deviation") or not statement.mentions(
        "probability|proportion"
    ):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than one normal distribution is spoken of: {found[0]!r}")
    if statement.mentions("samples?"):
        raise Unsupported("the distribution is of a mean, whose width would have to be calculated")
    if not statement.mentions(r"normal(?:ly)?"):
        raise Unsupported("that the distribution is normal is not said")
    mean = statement.take(rf"(?:mean|average|μ){IS}\$?(?P<v>{NUMBER}){_UNIT}")
    deviation = statement.take(rf"(?:standard deviation|σ){IS}\$?(?P<v>{NUMBER}){_UNIT}")
    if mean is None or deviation is None:
        raise Unsupported("mean and standard deviation are not both given")
    low, high = _take_bounds(statement)
    return _finish(mean["v"], deviation["v"], low, high)


def _take_bounds(statement: Statement) -> tuple[str, str]:
    """The ends of the interval that is asked about, empty where it has none."""
    if found := statement.take(rf"between\s+\$?(?P<a>{NUMBER}){_UNIT}\s+and\s+\$?(?P<b>{NUMBER})"):
        return found["a"], found["b"]
    if found := statement.take(rf"(?:less than|below|under|at most|shorter than|<|≤)\s*\$?(?P<v>{NUMBER})"):
        return "", found["v"]
    if found := statement.take(
        rf"(?:more than|greater than|above|over|at least|exceeds?|taller than|>|≥)\s*\$?(?P<v>{NUMBER})"
    ):
        return found["v"], ""
    raise Unsupported("which interval is asked about is not understood")


def _finish(mean: str, deviation: str, low: str, high: str) -> Figure:
    middle, width = (float(one.replace(",", "")) for one in (mean, deviation))
    ends = [float(one.replace(",", "")) if one else None for one in (low, high)]
    known = {middle: mean} | {
        end: text for end, text in zip(ends, (low, high), strict=True) if end is not None
    }
    if any(abs(place - middle) > 4 * width for place in known):
        raise Unsupported("the interval lies too far from the mean to be seen")
    places = sorted(known)
    near = min((b - a for a, b in pairwise(places)), default=8 * width)
    if near < 0.25 * width:
        raise Unsupported("the ends of the interval are too close for their texts")
    bounds = [
        ends[0] if ends[0] is not None else float("-inf"),
        ends[1] if ends[1] is not None else float("inf"),
    ]
    texts = [rf"$\mu$ = {mean}", rf"$\sigma$ = {deviation}"]
    given = {
        "mean": middle, "deviation": width, "bounds": bounds, "texts": texts,
        "places": places, "names": [known[place] for place in places], "crowded": near < 0.7 * width,
    }  # fmt: skip
    script = write_script("A normal distribution", given, _DRAW)
    labels = (*texts, *(one for one in (low, high) if one))
    elements = (
        "A normal distribution over a horizontal axis",
        f"Its mean is labelled {mean}",
        f"Its standard deviation is labelled {deviation}",
        *(f"The end of the interval is labelled {one}" for one in (low, high) if one),
    )
    return Figure(elements, labels, ("Four standard deviations to each side",), script, (GIVEN_ONLY,))
