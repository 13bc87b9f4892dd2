"""Ways to read answers of the usual kinds, for benchmarks to choose from.

Choices are read by `irloom.pipelines.evaluate.ifbench.reading`.
"""

from irloom.pipelines.evaluate.kinds.number import make_number, read_number
from irloom.pipelines.evaluate.kinds.probability import make_probability, read_probability
from irloom.pipelines.evaluate.kinds.short_text import JUDGE, make_judged_text, name_judge
from irloom.pipelines.evaluate.kinds.temperature import make_temperature, read_temperature
from irloom.pipelines.evaluate.kinds.yes_no import make_yes_no, read_yes_no

__all__ = [
    "JUDGE",
    "make_judged_text",
    "make_number",
    "make_probability",
    "make_temperature",
    "make_yes_no",
    "name_judge",
    "read_number",
    "read_probability",
    "read_temperature",
    "read_yes_no",
]
