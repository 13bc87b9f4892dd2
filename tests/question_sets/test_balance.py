"""Neither letters nor yes and no tell an answer."""

from collections import Counter
from collections.abc import Callable

from irloom.question_sets.balance import deal_letters, drop_surplus
from irloom.question_sets.record import Draft, Part

Make = Callable[..., Draft]
Placed = tuple[Draft, Part]
PARTS: tuple[Part, ...] = ("train", "test")


def test_yes_and_no_are_equally_frequent_in_each_part(draft: Make) -> None:
    drafts: list[Placed] = [(draft(f"t{n}", answer="yes" if n % 3 else "no"), "test") for n in range(30)]
    drafts += [(draft(f"r{n}", answer="no" if n % 4 else "yes"), "train") for n in range(40)]
    gone = drop_surplus(drafts, seed=0)
    kept = Counter((part, one.answer) for one, part in drafts if one.id not in gone)
    assert kept == {(p, a): 10 for p in ("test", "train") for a in ("yes", "no")}


def test_questions_that_count_only_together_stay_or_go_together(draft: Make) -> None:
    drafts: list[Placed] = [
        (draft(f"a{n}", answer="yes", strict_group=f"g{n // 2}"), "test") for n in range(8)
    ]
    drafts += [(draft(f"b{n}", answer="no"), "test") for n in range(4)]
    gone = drop_surplus(drafts, seed=0)
    assert len(gone) == 4
    assert all(
        len({one.id in gone for one, _ in drafts if one.strict_group == f"g{n}"}) == 1 for n in range(4)
    )


def test_each_letter_is_right_equally_often_in_a_task_of_a_part(draft: Make) -> None:
    texts = ("car", "person", "fox", "boat")
    drafts = [
        (draft(f"{part}{n}", kind="choice", choices=texts, answer=texts[n % 3]), part)
        for part in PARTS
        for n in range(20)
    ]
    dealt = deal_letters(drafts, seed=0)
    right = Counter(
        (part, letter) for one, part in drafts for letter, text in dealt[one.id].items() if text == one.answer
    )
    assert right == {(part, letter): 5 for part in ("train", "test") for letter in "ABCD"}
    assert all(sorted(options.values()) == sorted(texts) for options in dealt.values())


def test_letters_do_not_depend_on_the_order_in_which_choices_were_given(draft: Make) -> None:
    one = draft("x", kind="choice", choices=("a", "b", "c"), answer="b")
    other = draft("x", kind="choice", choices=("c", "b", "a"), answer="b")
    assert deal_letters([(one, "test")], 0) == deal_letters([(other, "test")], 0)
