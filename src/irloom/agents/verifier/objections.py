"""What the figures of an edit say of it, before any model is asked."""

from irloom.edits import Objection, Preservation, PreservationLimits, Step


def find_objection(
    measured: Preservation, steps: tuple[Step, ...], limits: PreservationLimits
) -> tuple[Objection, str] | None:
    """The first figure that speaks against an edit, with its reason; None where none does."""
    if not measured.same_size:
        return "size", "the edited image has another shape than the seed"
    return (
        _object_to_nothing(measured, limits)
        or _object_to_outside(measured, limits)
        or _object_to_repainting(measured, steps, limits)
    )


def _object_to_nothing(measured: Preservation, limits: PreservationLimits) -> tuple[Objection, str] | None:
    if measured.changed < limits.min_changed:
        return "unchanged", (
            f"only {measured.changed:.2%} of the image changed, less than min_changed = {limits.min_changed}"
        )
    inside = measured.changed_inside
    if inside is not None and inside < limits.min_changed_inside:
        return "unchanged", (
            f"only {inside:.1%} of the region changed, less than "
            f"min_changed_inside = {limits.min_changed_inside}"
        )
    return None


def _object_to_outside(measured: Preservation, limits: PreservationLimits) -> tuple[Objection, str] | None:
    """What was to stay and did not; nothing where the whole image may change."""
    changed, ssim, shift = measured.changed_outside, measured.ssim_outside, measured.colour_shift_outside
    if changed is not None and changed > limits.max_changed_outside:
        return "outside", (
            f"{changed:.1%} of what should stay changed, more than "
            f"max_changed_outside = {limits.max_changed_outside}"
        )
    if ssim is not None and ssim < limits.min_ssim_outside:
        return "outside", (
            f"the structure of what should stay is kept by {ssim:.2f}, less than "
            f"min_ssim_outside = {limits.min_ssim_outside}"
        )
    if shift is not None and shift > limits.max_colour_shift_outside:
        return "outside", (
            f"the colours of what should stay moved by {shift:.1f} in CIELAB, more than "
            f"max_colour_shift_outside = {limits.max_colour_shift_outside}"
        )
    return None


def _object_to_repainting(
    measured: Preservation, steps: tuple[Step, ...], limits: PreservationLimits
) -> tuple[Objection, str] | None:
    """Another picture altogether; a new viewpoint moves every edge, so that it is not asked."""
    if any(step.subcategory == "viewpoint" for step in steps):
        return None
    if measured.structure < limits.min_structure:
        return "repainted", (
            f"the edges agree with the seed's by {measured.structure:.2f}, less than "
            f"min_structure = {limits.min_structure}: another picture was painted"
        )
    return None
