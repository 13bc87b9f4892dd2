"""What the shared parts do for the tasks: statements are evened, and numbers have a prior."""

from collections import Counter
from collections.abc import Sequence

from irloom.question_sets.balance import drop_surplus
from irloom.question_sets.guesses import guess_each, sum_up
from irloom.question_sets.record import Draft, Part, Question
from irloom.shots import Shot

SHOT = (Shot(name="a.png"),)


def state(number: int, answer: str, evened: str, part: Part = "test") -> tuple[Draft, Part]:
    draft = Draft(
        id=f"{number}", task="locate", kind="yes_no", images=SHOT, question="?", phrasing="plain",
        source=f"flir/{number}", sequence=f"s{number}", answer=answer, evened=evened,
    )  # fmt: skip
    return draft, part


def keep(placed: Sequence[tuple[Draft, Part]]) -> Counter[tuple[str, str, str]]:
    gone = drop_surplus(placed, 0)
    return Counter((part, one.evened, one.answer) for one, part in placed if one.id not in gone)


def test_yes_of_one_statement_does_not_make_up_for_no_of_another() -> None:
    placed = [state(number, "yes", "down: light, then car") for number in range(10)]
    placed += [state(10 + number, "no", "down: car, then light") for number in range(10)]
    assert keep(placed) == {}


def test_a_statement_is_evened_in_each_part() -> None:
    placed = [state(number, "yes", "one", "train" if number < 6 else "test") for number in range(8)]
    placed += [state(8 + number, "no", "one", "train" if number < 1 else "test") for number in range(6)]
    assert keep(placed) == {
        ("train", "one", "yes"): 1,
        ("train", "one", "no"): 1,
        ("test", "one", "yes"): 2,
        ("test", "one", "no"): 2,
    }


def count(number: int, source: str, label: str, part: Part) -> Question:
    return Question(
        id=f"{source}{label}{number}{part}", task="aerial_count", kind="number", images=SHOT, question="?",
        phrasing="plain", source=f"{source}/1", truth={"label": label, "count": number}, part=part, group="g",
        answer=str(number),
    )  # fmt: skip


def test_the_usual_number_of_a_kind_is_guessed_by_set() -> None:
    learned = [count(12, "dronevehicle", "car", "train"), count(2, "vedai", "car", "train")]
    learned += [count(1, "dronevehicle", "bus", "train"), count(1, "vedai", "boat", "train")]
    asked = [count(12, "dronevehicle", "car", "test"), count(2, "vedai", "car", "test")]
    asked += [count(1, "dronevehicle", "bus", "test"), count(1, "vedai", "plane", "test")]
    scores = {name: sum_up(guessed).accuracy for name, guessed in guess_each(learned * 5, asked).items()}
    assert scores["prior over classes"] == 1.0
    assert scores["majority"] == 0.5
