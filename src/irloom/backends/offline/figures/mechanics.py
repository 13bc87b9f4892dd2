"""What the families of mechanics have in common: masses, friction and gravity as problems state them."""

from irloom.backends.offline.figures.quantities import IS, NUMBER, Quantity, quantity, read_quantity
from irloom.backends.offline.figures.statement import Statement

_NAME = r"(?:\s*\(?\s*(?:μ|mu)(?:_\w+)?\s*\)?)?"


def take_mass(statement: Statement) -> Quantity | None:
    """The mass of the only body."""
    found = statement.take(rf"(?:mass{IS}(?:m\s*=\s*)?|m\s*=\s*)?{quantity('mass', 'mass')}")
    return read_quantity(found["mass"]) if found else None


def take_friction(statement: Statement) -> list[str]:
    """Each coefficient of friction as a label, such as `μ_k = 0.2`; `frictionless` where it is said."""
    labels = []
    pattern = (
        rf"coefficients?\s+of\s+(?:(?P<kind>static|kinetic|sliding|dynamic)\s+)?friction{_NAME}"
        rf"(?:\s+(?:between|for|on|with)\b[^.;?\d]*?)?{IS}(?:μ(?:_\w)?\s*=\s*)?(?P<value>{NUMBER})"
    )
    for found in statement.take_all(pattern):
        labels.append(_label(found["kind"], found["value"]))
    for found in statement.take_all(rf"μ(?:_\(?(?P<kind>[sk])\)?)?\s*=\s*(?P<value>{NUMBER})"):
        labels.append(_label(found["kind"], found["value"]))
    if not labels and statement.mentions(r"frictionless|without friction|no friction|smooth"):
        labels.append("frictionless")
    return labels


def take_gravity(statement: Statement) -> list[str]:
    """The value of g as a note, where the problem gives one."""
    found = statement.take(
        rf"\(?(?:take|use|assume|let|where|with)?\s*g\s*=\s*(?P<value>{NUMBER})\s*m/s\^?\(?2?\)?"
    )
    return [f"$g$ = {found['value']} m/s$^2$"] if found else []


def _label(kind: str | None, value: str) -> str:
    sign = {"static": "_s", "s": "_s", None: ""}.get(kind and kind.lower(), "_k")
    return rf"$\mu{sign}$ = {value}"
