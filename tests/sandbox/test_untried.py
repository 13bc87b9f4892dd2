"""What could not be tried of the sandbox is said, with what to install."""

from support.untried import list_untried


def test_skipped_sandbox_tests_are_counted_by_their_reason_with_advice() -> None:
    lacking = "Skipped: this level cannot be had here: bubblewrap (bwrap) is not installed"
    skipped = [
        ("tests/sandbox/test_attacks.py::a[strict]", lacking),
        ("tests/sandbox/test_attacks.py::b[strict]", lacking),
        ("tests/backends/test_accelerator.py::c", "Skipped: no CUDA device"),
    ]
    (line,) = list_untried(skipped)
    assert line.startswith("  2 tests: this level cannot be had here")
    assert line.endswith("install bubblewrap (apt-get install bubblewrap)")
    assert list_untried(skipped[2:]) == []
