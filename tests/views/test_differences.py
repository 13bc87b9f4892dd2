"""What went and what came is marked word by word."""

from irloom.views.differences import Piece, compare_words


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
