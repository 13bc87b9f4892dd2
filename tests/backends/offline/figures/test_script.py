from irloom.backends.offline.figures.script import write_script


def test_values_become_literals_whatever_is_in_them() -> None:
    values = {
        "number": 2.50,
        "text": 'say "no"; import os',
        "math": r"$\mu$ = 0.2",
        "lines": "a\nb",
        "nested": {"A": (0.0, 1 / 3), "B": (float("inf"), -2)},
        "flags": [True, None],
    }
    names: dict[str, object] = {}
    exec(
        write_script("A test", values, "import numpy as np").replace("fig.tight_layout()\nplt.show()", ""),
        names,
    )
    expected = {**values, "nested": {"A": (0, 0.333333), "B": (float("inf"), -2)}}
    assert {name: names[name] for name in values} == expected


def test_notes_stand_below_the_drawing() -> None:
    script = write_script("A test", {}, "fig, ax = plt.subplots()", notes=["10 h"])
    assert 'notes = ["10 h"]' in script
    assert "fig.tight_layout(rect=" in script
    assert script.endswith("plt.show()\n")


def test_only_what_is_used_is_imported() -> None:
    assert "numpy" not in write_script("A test", {}, "fig, ax = plt.subplots()")
    assert "import numpy as np\n" in write_script("A test", {}, "print(np.pi)")
