r"""Family: tables and matrices that the text gives cell by cell: Markdown, LaTeX, or `a_12 = … = 1`."""

import re

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement, clean

_LATEX = re.compile(
    r"\\begin\{(?P<kind>[bpvB]?matrix|array|tabular)\}(?:\{[^{}]*\})?(?P<body>.*?)\\end\{(?P=kind)\}",
    re.DOTALL,
)
_MARKDOWN = re.compile(r"(?:^[ \t]*\|.*\|[ \t]*$\n?){2,}", re.MULTILINE)
_ENTRIES = (
    r"(?P<n>\d)\s*[×x]\s*(?P=n)\b[^.?]*?\bmatrix\b[^.?]*?\bwith\s+(?P<ones>(?:a_?\(?\d\d\)?\s*=\s*)+)"
    r"(?P<value>\d+)\s+and all other entries\s*(?:are\s+)?(?P<rest>\d+)"
)
_FOREIGN = (
    r"machine|automaton|transition|states|linear system|augmented|transformation|eigen\w+|inverse|"
    r"determinant of the product"
)
_LONGEST = 30
_GRID = """\
rows, columns = len(cells), max(map(len, cells))
fig, ax = plt.subplots(figsize=(6, 6))
ax.axis("off")
table = ax.table(cells, cellLoc="center", loc="center", bbox=(0.05, 0.05, 0.9, 0.9))
table.auto_set_font_size(False)
table.set_fontsize(max(7, 14 - columns))
if headed:
    for column in range(columns):
        table[0, column].set_facecolor("0.9")
if name:
    ax.set_title(name)
"""


def draw_table(statement: Statement) -> Figure | None:
    """One table, as the text gives it."""
    if found := statement.take(_ENTRIES):
        return _finish(_fill(found), False, "A")
    latex, markdown = list(_LATEX.finditer(statement.raw)), list(_MARKDOWN.finditer(statement.raw))
    if len(latex) + len(markdown) != 1:
        return None
    if statement.mentions(_FOREIGN):
        return None
    cells = _read_latex(latex[0]["body"]) if latex else _read_markdown(markdown[0][0])
    _take_cells(statement, cells)
    return _finish(cells, bool(markdown), "")


def _fill(found: re.Match[str]) -> list[list[str]]:
    size = int(found["n"])
    cells = [[found["rest"]] * size for _ in range(size)]
    for row, column in re.findall(r"a_?\(?(\d)(\d)", found["ones"]):
        if not 1 <= int(row) <= size or not 1 <= int(column) <= size:
            raise Unsupported(f"a_{row}{column} is no entry of the matrix")
        cells[int(row) - 1][int(column) - 1] = found["value"]
    return cells


def _read_latex(body: str) -> list[list[str]]:
    rows = [row for row in re.split(r"\\\\", re.sub(r"\\hline", " ", body)) if row.strip()]
    return [[clean(cell).strip().strip(",") for cell in row.split("&")] for row in rows]


def _read_markdown(text: str) -> list[list[str]]:
    rows = [
        [clean(cell) for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    return [row for row in rows if not all(re.fullmatch(r":?-{2,}:?", cell) for cell in row)]


def _take_cells(statement: Statement, cells: list[list[str]]) -> None:
    """Count the table's own place in the text as understood: from its first cell to its last one."""
    filled = [cell for row in cells for cell in row if cell]
    if not filled:
        raise Unsupported("the table is empty")
    position, start = 0, None
    for cell in filled:
        place = statement.text.find(cell, position)
        if place < 0:
            raise Unsupported("the table is not understood")
        start = place if start is None else start
        position = place + len(cell)
    statement.take_span(start or 0, position)


def _finish(cells: list[list[str]], headed: bool, name: str) -> Figure:
    widths = {len(row) for row in cells}
    if len(widths) != 1 or len(cells) < 2 or widths == {1}:
        raise Unsupported("the rows of the table are not equally long")
    if len(cells) > 12 or max(widths) > 8 or max(len(cell) for row in cells for cell in row) > _LONGEST:
        raise Unsupported("the table is too large for one drawing")
    script = write_script("A table", {"cells": cells, "headed": headed, "name": name}, _GRID)
    kind = f"A table of {len(cells)} rows and {max(widths)} columns"
    elements = [kind, *(f"Row {number}: {', '.join(row)}" for number, row in enumerate(cells, 1))]
    labels = tuple(dict.fromkeys(cell for row in cells for cell in row if cell))
    return Figure(tuple(elements), labels, ("All cells are equally large",), script, (GIVEN_ONLY,))
