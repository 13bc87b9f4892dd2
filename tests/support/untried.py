"""Says at the end of the tests which parts of the sandbox could not be tried here, and what to install."""

from collections import Counter
from typing import Any

HEADING = "Not tried here, of the sandbox:"
"""`.ci/run` fails where this is said."""
ADVICE = {
    "bubblewrap": "install bubblewrap (apt-get install bubblewrap)",
    "bwrap": "install bubblewrap (apt-get install bubblewrap)",
    "util-linux": "install unshare and setpriv (apt-get install util-linux)",
    ".h is not here": "install the kernel's headers (apt-get install linux-libc-dev)",
    "Landlock": "use Linux 5.13 or newer with Landlock among the modules of /sys/kernel/security/lsm",
    "only root": "run the tests as root",
    "network": "run the tests where there is a network",
}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List the reasons for which tests of the sandbox were skipped, each with what helps."""
    lines = list_untried(
        (report.nodeid, str(report.longrepr[2])) for report in terminalreporter.stats.get("skipped", [])
    )
    if lines:
        terminalreporter.write_line(HEADING)
        for line in lines:
            terminalreporter.write_line(line)


def list_untried(skipped: Any) -> list[str]:
    """A line a reason, of skipped tests by name and reason."""
    reasons = Counter(reason.removeprefix("Skipped: ") for name, reason in skipped if "sandbox/" in name)
    return [
        f"  {count} tests: {' '.join(reason.split())[:160]}: {_advise(reason)}"
        for reason, count in reasons.items()
    ]


def _advise(reason: str) -> str:
    return next((said for word, said in ADVICE.items() if word in reason), "see docs/sandbox.md")
