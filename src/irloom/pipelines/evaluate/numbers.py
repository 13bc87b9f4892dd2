"""Numbers of things, in words."""


def say_number(number: int, what: str = "question") -> str:
    """As `1 question` and `1,200 questions`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
