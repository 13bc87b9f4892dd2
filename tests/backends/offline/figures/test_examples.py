"""Every example goes through the sandbox that runs take, and through the checks of the flow."""

from collections.abc import Iterator

import pytest

from irloom.agents.coder.checks import check_picture
from irloom.backends.offline.figures import families
from irloom.backends.offline.figures.answers import find_figure
from irloom.backends.offline.figures.figure import Unsupported
from irloom.drawings import Drawing
from irloom.errors import ConfigError
from irloom.figures import Picture, Plan, Problem
from support.drawing import Studio
from support.problems import SUPPORTED, UNSUPPORTED

EXAMPLES = [(family, *example) for family, examples in SUPPORTED.items() for example in examples]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    studio = Studio(tmp_path_factory.mktemp("fonts"))
    problem = studio.open("standard")
    if isinstance(problem, ConfigError):
        pytest.skip(f"no sandbox holds here: {problem}")
    yield studio
    studio.close()


def test_every_family_has_at_least_two_examples() -> None:
    modules = {family.__module__.rpartition(".")[2] for family in families.FAMILIES}
    assert {family for family, examples in SUPPORTED.items() if len(examples) >= 2} == modules


@pytest.mark.parametrize(("family", "question", "labels"), EXAMPLES, ids=[one[1][:60] for one in EXAMPLES])
def test_an_example_is_drawn_with_exactly_its_given_values_as_labels(
    family: str, question: str, labels: tuple[str, ...]
) -> None:
    figure = find_figure(question)
    assert sorted(set(figure.labels)) == sorted(labels)
    assert figure.elements
    assert figure.layout


@pytest.mark.parametrize(("family", "question", "labels"), EXAMPLES, ids=[one[1][:60] for one in EXAMPLES])
def test_an_example_passes_the_checks_in_the_sandbox(
    studio: Studio, family: str, question: str, labels: tuple[str, ...]
) -> None:
    figure = find_figure(question)
    drawing = studio.draw(figure.script)
    assert isinstance(drawing, Drawing), drawing
    picture = Picture(image="x", sha256="x", width=drawing.width, height=drawing.height, texts=drawing.texts)
    plan = Plan(content=figure.elements, labels=figure.labels, forbidden=figure.forbidden)
    checks = check_picture(picture, Problem(id="x", question=question), plan, labels)
    assert {check.name: check.problems for check in checks if not check.passed} == {}
    assert drawing.log == ""


@pytest.mark.parametrize(("question", "reason"), UNSUPPORTED, ids=[one[0][:60] for one in UNSUPPORTED])
def test_what_the_text_does_not_determine_is_refused_with_its_reason(question: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        find_figure(question)
