"""Scores of question sets as tables of text, in per cent."""

from collections.abc import Iterator, Sequence

from irloom.metrics.estimates import UNKNOWN, Estimate, gain, gain_between, percent, percent_between
from irloom.pipelines.evaluate.sets.habits import Habit
from irloom.pipelines.evaluate.sets.results import Results
from irloom.pipelines.evaluate.sets.scores import NEAR_K, Difference, RunScore, TaskScore

Table = list[list[str]]


def tabulate_tasks(found: RunScore) -> Table:
    """One line a task: accuracy, strict accuracy, errors, what was not read; the mean of the tasks last."""
    head = ["task", "kind", "questions", "groups", "right %", "95 %", "strict %", "MAE", "95 %"]
    head += [f"within {kelvin:g} K" for kelvin in NEAR_K] + ["unread", "failed", "cut", "best guess %"]
    blank = [""] * (len(head) - 7)
    mean = ["mean of tasks", "", f"{sum(one.questions for one in found.tasks):,}", ""]
    mean += [percent(found.mean.value), percent_between(found.mean), *blank, percent(found.best_guess)]
    return [head, *map(_tell_task, found.tasks), mean]


def _tell_task(one: TaskScore) -> list[str]:
    return [
        *(one.name, one.kind, f"{one.questions:,}", f"{one.clusters:,}"),
        *(percent(one.accuracy.value), percent_between(one.accuracy)),
        *(percent(one.strict.value if one.strict else None), *_tell_error(one.mae)),
        *(percent(one.near[kelvin].value if kelvin in one.near else None) for kelvin in NEAR_K),
        *(f"{one.unread:,}", f"{one.failed:,}", f"{one.cut:,}", percent(one.best_guess)),
    ]


def _tell_error(mae: Estimate | None) -> tuple[str, str]:
    if mae is None:
        return UNKNOWN, UNKNOWN
    known = mae.low is not None and mae.high is not None
    return f"{mae.value:.2f}", f"{mae.low:.2f}–{mae.high:.2f}" if known else UNKNOWN


def tabulate_guesses(found: RunScore) -> Table:
    """One line a task and rule: what guessing without the picture gives on the same questions."""
    head = ["task", "guess", "right %", "MAE", "model right %", "model MAE"]
    return [head, *(line for task in found.tasks for line in _tell_guesses(task))]


def _tell_guesses(task: TaskScore) -> Iterator[list[str]]:
    mine = [percent(task.accuracy.value), _tell_error(task.mae)[0]]
    for name, guess in task.guesses.items():
        yield [
            *(task.name, name, percent(guess.accuracy)),
            UNKNOWN if guess.mae is None else f"{guess.mae:.2f}",
            *mine,
        ]


def tabulate_habits(habits: Sequence[Habit]) -> Table:
    """One line a habit: how often, among how many that could show it."""
    rows = [
        [one.name, f"{one.count:,}", f"{one.of:,}", percent(one.count / one.of), one.note] for one in habits
    ]
    return [["habit", "replies", "of", "%", ""], *rows]


def tabulate_differences(differences: Sequence[Difference]) -> Table:
    """One line a comparison and task: points of accuracy, and their interval."""
    rows = []
    for one in differences:
        for task, each in (*one.tasks.items(), ("mean of tasks", one.mean)):
            rows.append([f"{one.name}: {task}", gain(each.value), gain_between(each)])
    return [["difference", "points", "95 %"], *rows]


def name_run(results: Results) -> str:
    """A heading: run, model, and what was asked."""
    about = results.about
    return (
        f"{results.name}: {results.model}, {len(results.scored):,} of {about['in_file']:,} questions, "
        f"part {about['part']}"
    )
