"""What went and what came is marked word by word."""

from irloom.views.differences import Piece, compare_words, mark_spans


def test_a_changed_word_stands_between_what_stayed() -> None:
    assert compare_words("A red dog runs.", "A big dog runs.") == [
        Piece("same", "A "),
        Piece("gone", "red "),
        Piece("new", "big "),
        Piece("same", "dog runs."),
    ]


def test_a_change_at_the_end_of_a_line_keeps_the_line() -> None:
    pieces = compare_words("Where is it?\nThere.", "Where is that?\nThere.")
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == "Where is that?\nThere."
    assert [piece.text for piece in pieces if piece.kind == "gone"] == ["it?"]


def test_the_first_text_is_all_the_same() -> None:
    assert compare_words("", "A dog.") == [Piece("same", "A dog.")]


def test_spans_of_a_text_are_marked_in_any_order_and_once_where_they_overlap() -> None:
    pieces = mark_spans("Three dogs sit there.", [(6, 10), (0, 5), (8, 14)])
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("marked", "Three"),
        ("same", " "),
        ("marked", "dogs"),
        ("marked", " sit"),
        ("same", " there."),
    ]
    assert "".join(piece.text for piece in pieces) == "Three dogs sit there."


def test_a_text_without_spans_is_one_piece_and_what_lies_outside_is_left_out() -> None:
    assert mark_spans("Dogs.", []) == [Piece("same", "Dogs.")]
    assert mark_spans("Dogs.", [(9, 12), (-4, 0)]) == [Piece("same", "Dogs.")]


def test_texts_of_one_word_over_and_over_are_compared_by_their_ends() -> None:
    pieces = compare_words("begin " + "- " * 20_000 + "end", "begin " + "- " * 10_000 + "other")
    assert [piece.kind for piece in pieces] == ["same", "gone", "new"]
    assert pieces[0].text == "begin " + "- " * 10_000
    assert pieces[1].text == "- " * 10_000 + "end"
    assert pieces[2].text == "other"
    same = "- " * 20_000
    assert compare_words(same, same) == [Piece("same", same)]
