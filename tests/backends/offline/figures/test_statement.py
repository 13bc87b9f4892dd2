import pytest

from irloom.backends.offline.figures.statement import Statement, clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"An angle of {eq}30^\circ{/eq} and {eq}\rm 5\ kg{/eq}.", "An angle of 30° and 5 kg."),
        (r"$v_0 = 5\,\frac{m}{s}$", "v_0 = 5 m/s"),
        (r"$y = \frac{x+1}{2}$", "y = ((x+1)/(2))"),
        (r"$y = \sqrt{x}$ and x²", "y = sqrt(x) and x^2"),
        (r"14{eq}\mu {/eq}F and 10.0-{eq}\Omega{/eq}", "14 μF and 10.0- Ω"),
        ("Find x. Round to two decimal places.", "Find x.."),
        ("What is x?\nA. 5\nB. 7", "What is x?"),
        ("1. Find x.\n2. Find y.", "Find x. Find y."),
        (r"the triangle $$\int_0^2 3x\,dx$$ here", "the triangle here"),
        (r"$A = \{1, 2\}$", "A = {1, 2}"),
    ],
)
def test_a_text_loses_its_markup_and_what_is_not_its_setting(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_statements_that_are_lettered_are_not_taken_for_choices() -> None:
    raw = (
        "A bank reports.\na. The May statement included a debit memorandum of 200 dollars for services.\n"
        "b. Checks of 600."
    )
    assert "600" in clean(raw)


def test_a_number_that_was_taken_is_no_leftover_and_is_not_taken_twice() -> None:
    statement = Statement("A mass of 5 kg and a mass of 7 kg in 3D, x_1 and 2,500 m.")
    first, second = statement.take(r"mass of (\d+) kg"), statement.take(r"mass of (\d+) kg")
    assert first is not None
    assert second is not None
    assert (first[1], second[1]) == ("5", "7")
    assert statement.take(r"mass of (\d+) kg") is None
    assert statement.list_leftovers() == ["3", "2,500"]
