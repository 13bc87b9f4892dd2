"""The forms in which sets of labelled sentences are published, and which of them a file has."""

from pathlib import Path
from typing import Literal, get_args

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.detect.forms.align_run import ALIGN_RUN
from irloom.pipelines.evaluate.detect.forms.alignbench import ALIGNBENCH
from irloom.pipelines.evaluate.detect.forms.aro import ARO
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.foil import FOIL
from irloom.pipelines.evaluate.detect.forms.form import Form
from irloom.pipelines.evaluate.detect.forms.hat import HAT
from irloom.pipelines.evaluate.detect.forms.mhaldetect import MHALDETECT
from irloom.pipelines.evaluate.detect.forms.sugarcrepe import SUGARCREPE
from irloom.pipelines.evaluate.detect.forms.winoground import WINOGROUND

FormName = Literal[
    "auto", "align", "alignbench", "mhaldetect", "foil", "hat", "sugarcrepe", "aro", "winoground"
]
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
FORMS = (ALIGN_RUN, ALIGNBENCH, MHALDETECT, FOIL, HAT, SUGARCREPE, ARO, WINOGROUND)
"""In the order in which they are tried."""


def choose_form(document: Document, name: FormName) -> Form:
    """The form of that name, or with `auto` the one that fits. Raises ConfigError where it does not."""
    tried = [form for form in FORMS if name in ("auto", form.name)]
    fitting = [form for form in tried if form.recognise(document)]
    if fitting:
        return fitting[0]
    expected = "\n  ".join(f"{form.name}: {form.expects}" for form in tried)
    raise ConfigError(
        f"--data {document.path} {_describe(document)}, which is not what is expected:\n  {expected}"
    )


def _describe(document: Document) -> str:
    if document.is_folder:
        return f"is a folder with {_list_some(sorted(path.name for path in document.path.iterdir()))}"
    first = next((one for one in document.beginning if isinstance(one, dict)), None)
    if first is not None:
        return f"begins with an object of {_list_some(list(first))}"
    return "holds no objects"


def _list_some(names: list[str]) -> str:
    more = f" and {len(names) - 6:,} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more if names else "nothing in it"


def is_align_run(path: Path) -> bool:
    """Whether `--data` names a run of `irloom run align`, which holds its own images."""
    return ALIGN_RUN.recognise(Document(path))
