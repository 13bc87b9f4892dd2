"""What can be verified of a picture without a model is found, and what cannot be is said."""

from irloom.agents.coder.checks import MOST_PROBLEMS, check_picture
from irloom.agents.coder.overlaps import MOST_PAIRS
from irloom.drawings import DrawnText, TextRole
from irloom.figures import Check, Picture, Plan, Problem

BOX = (0.1, 0.1, 0.2, 0.15)


def text(
    said: str,
    box: tuple[float, float, float, float] = BOX,
    role: TextRole = "text",
    rotation: float = 0.0,
) -> DrawnText:
    x1, y1, x2, y2 = box
    corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
    return DrawnText(
        text=said, plain=said, role=role, axes=0, box=box, corners=corners,
        rotation=rotation, font_px=12, visible=True, clipped=False,
    )  # fmt: skip


def check(
    *texts: DrawnText,
    labels: tuple[str, ...] = (),
    forbidden: tuple[str, ...] = (),
    answer: str | None = None,
    question: str = "?",
) -> dict[str, Check]:
    picture = Picture(image="images/a.png", sha256="", width=100, height=100, texts=texts)
    problem = Problem(id="a", question=question, answer=answer)
    found = check_picture(picture, problem, Plan(labels=labels, forbidden=forbidden))
    return {one.name: one for one in found}


def test_labels_that_can_be_read_pass_and_a_missing_one_is_named() -> None:
    found = check(text("AB = 3 cm"), labels=("3 cm", "5 cm"))["labels_drawn"]
    assert not found.passed
    assert found.problems == ("'5 cm' should be read in the figure, and is not",)
    assert check(text("AB = 3 cm"), labels=("3 cm",))["labels_drawn"].passed


def test_a_label_that_describes_is_looked_for_by_its_values() -> None:
    assert check(text("30°"), labels=("Angle at the foot of the incline: 30°",))["labels_drawn"].passed
    assert not check(text("40°"), labels=("Angle at the foot of the incline: 30°",))["labels_drawn"].passed


def test_a_plan_without_labels_is_not_passed_over_in_silence() -> None:
    assert check(text("x"))["labels_drawn"].skipped == ("the plan names no label",)


def test_the_answer_in_a_label_is_found_and_in_a_tick_is_not_meant() -> None:
    assert not check(text("a = 4.9 m/s²"), answer="4.9 m/s^2")["forbidden_absent"].passed
    assert check(text("4.9", role="tick_label"), answer="4.9")["forbidden_absent"].passed
    assert not check(text("B. 17 cm"), answer="B. 17 cm")["forbidden_absent"].passed


def test_an_answer_that_is_also_given_is_skipped_and_said_so() -> None:
    found = check(text("30°"), answer="30°", question="An angle of 30° is given.")["forbidden_absent"]
    assert found.passed
    assert found.skipped == ("'30°': the problem itself gives it",)


def test_an_answer_that_is_a_sentence_or_a_single_sign_is_skipped_and_said_so() -> None:
    assert check(answer="It moves, because " * 5)["forbidden_absent"].skipped == (
        "the answer is too long to be looked for",
    )
    assert check(text("3"), answer="3")["forbidden_absent"].skipped == (
        "'3': a single sign stands in too many labels",
    )


def test_a_text_that_leaves_the_canvas_is_named() -> None:
    found = check(text("far", (0.9, 0.1, 1.1, 0.2)))["inside_canvas"]
    assert found.problems == ("'far' reaches beyond the canvas",)
    assert check(text("near", (0.9, 0.1, 1.0, 0.2)))["inside_canvas"].passed


def test_texts_that_cover_each_other_are_named_and_slanted_ones_are_skipped() -> None:
    one, other = text("one"), text("other", (0.12, 0.1, 0.22, 0.15))
    assert check(one, other)["no_overlap"].problems == ("'one' and 'other' overlap",)
    assert check(one, text("apart", (0.3, 0.1, 0.4, 0.15)))["no_overlap"].passed
    slanted = check(one, text("other", (0.12, 0.1, 0.22, 0.15), rotation=30))["no_overlap"]
    assert slanted.passed
    assert slanted.skipped == ("1 texts at a slant",)


def test_labels_at_one_place_are_listed_up_to_a_bound_and_the_rest_is_counted() -> None:
    found = check(*(text(f"label {number}") for number in range(200)))["no_overlap"]
    assert not found.passed
    assert len(found.problems) == MOST_PROBLEMS + 1
    assert found.problems[-1] == f"and {MOST_PAIRS - MOST_PROBLEMS:,} more of this kind"
    assert found.skipped == (f"further overlaps, after {MOST_PAIRS:,}",)


def test_texts_beyond_the_canvas_are_listed_up_to_a_bound() -> None:
    far = [text("far", (1.1, 0.1, 1.2, 0.2))] * (MOST_PROBLEMS + 7)
    assert check(*far)["inside_canvas"].problems[-1] == "and 7 more of this kind"
