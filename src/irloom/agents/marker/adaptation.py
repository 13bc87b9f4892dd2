"""Verifies without a model that a problem's values moved from its text into its figure."""

from irloom.agents.values import Wording
from irloom.figures import Adaptation, Picture, Problem


def check_adaptation(adaptation: Adaptation, problem: Problem, picture: Picture) -> Adaptation:
    """The same with what is wrong: a value that was not given, still is in the text, or is not drawn."""
    drawn = Wording(text.plain for text in picture.texts)
    before, after = Wording([problem.question]), Wording([adaptation.question])
    problems = []
    for value in adaptation.hidden:
        if not before.holds(value):
            problems.append(f"{value!r} is not in the problem's text")
        elif after.holds(value):
            problems.append(f"{value!r} still is in the rewritten text")
        elif not drawn.holds(value):
            problems.append(f"{value!r} cannot be read in the figure")
    if not adaptation.hidden:
        problems.append("nothing was hidden")
    return adaptation.model_copy(update={"problems": tuple(problems)})
