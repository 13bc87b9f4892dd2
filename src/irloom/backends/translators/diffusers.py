"""Visible to infrared by an image-editing model that is told to, with one instruction for all images."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from irloom.backends.editors.diffusers import DiffusersEditor
from irloom.errors import ConfigError, EditError, SampleError, TranslationError
from irloom.options import DiffusersOptions
from irloom.protocols import Edit, EditJob, Translation, TranslationJob


class Diffused:
    """Drives an editor with the configured prompt; the result is as infrared as the model makes it.

    Raises ConfigError as the editor does, and for a prompt whose end the model would not read.
    """

    name = "diffusers"

    def __init__(self, options: DiffusersOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self._prompt = options.prompt
        self._grey = options.grey
        self._editor = DiffusersEditor(options, notify)
        try:
            self._editor.check_prompt(options.prompt)
        except EditError as error:
            raise ConfigError(f"prompt: {error}") from error

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """Translate each job, in order, at the photograph's size; boxes play no part."""
        edits = self._editor.edit(
            [EditJob(job.image, self._prompt, job.seed, job.width, job.height) for job in jobs]
        )
        return [self._read(edit) for edit in edits]

    def _read(self, edit: Edit | SampleError) -> Translation | SampleError:
        if isinstance(edit, EditError):
            error = TranslationError(str(edit))
            error.__cause__ = edit
            return error
        if isinstance(edit, SampleError):
            return edit
        image = np.asarray(Image.fromarray(edit.image).convert("L")) if self._grey else edit.image
        return Translation(image, details={"synthetic": "image-editing model", **edit.details})
