"""Which samples of a run an accepted change makes out of date, and what is said of it."""

from typing import Any

from irloom.config import RunConfig
from irloom.engine.commits import CommitLog
from irloom.engine.plans import list_outdated
from irloom.pipelines.flow import Flow, Notify, Samples


def find_outdated(
    flow: Flow[Any], config: RunConfig, source: Samples, log: CommitLog, notify: Notify
) -> list[str]:
    """Samples that were done before the change and are to be done again; none for a flow without plans."""
    plan = flow.plan
    if plan is None:
        return []
    found = list_outdated(log, source, lambda sample: plan(sample, config))
    if gone := sum(source.get(sample) is None for sample in log.state.done):
        notify(
            f"{gone:,} samples of the run are no longer in what is read: their rows stay, and count. "
            "A new run with --reuse leaves them out."
        )
    if found:
        notify(
            f"{len(found):,} samples were done before the change and would be done otherwise now: "
            "they are done again, and what was answered is kept where the same is asked."
        )
    return found
