"""Every error that irloom raises on purpose, named by the boundary that was crossed.

IrloomError
├── UserError              a mistake that the user can mend; one message, exit code 2
│   ├── ConfigError        configuration, profile or option
│   ├── PromptError        a prompt file or its slots
│   └── RunDirError        a run directory that cannot be started, resumed or read
│       └── DamageError    a file of it is not as irloom left it
├── SampleError            one sample cannot go on; becomes a row in failed.jsonl
│   ├── SourceError        the user's image, caption or annotation
│   │   └── ThermalFileError a file that should hold a temperature a pixel
│   ├── TranslationError   visible to infrared
│   ├── EditError          an image by an instruction
│   ├── PaintError         a picture from a text
│   ├── ScoringError       image against text
│   ├── SandboxError       the sandbox itself failed on this script
│   ├── AcceleratorFull    one item does not fit into the accelerator's memory, even alone
│   ├── EndpointError      the chat endpoint refused or never answered this one request
│   │   └── ContentRefused a filter took offence at what was asked
│   └── ModelReplyError    the reply came, and cannot be used
│       └── BrokenReply    what came was no reply of a model
└── StopRun                the whole run must stop; nothing of the open samples is committed
    ├── EndpointRefused    every sample would meet it: key, model, parameter (exit code 2)
    ├── EndpointGone       the endpoint cannot be reached at all (exit code 3)
    ├── BudgetSpent        the next request could pass the spending cap (exit code 3)
    ├── TooManyFailures    more samples failed than the run allows (exit code 3)
    └── StorageError       the disk is full or cannot be written (exit code 3)

Third-party errors are wrapped once, in the backend that met them, `from` their cause.
Each message says what happened, with which value, and what to do.
"""

from collections.abc import Mapping

EXIT_DONE = 0
EXIT_SOME_FAILED = 1
EXIT_USER = 2
EXIT_STOPPED = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


class IrloomError(Exception):
    """Base of everything that irloom raises on purpose."""


class UserError(IrloomError):
    """A mistake that the user can mend."""


class ConfigError(UserError):
    """The configuration, a profile or an option does not fit."""


class PromptError(UserError):
    """A prompt file is missing, or its slots do not match what is filled in."""


class RunDirError(UserError):
    """A run directory cannot be started, resumed or read as it is."""


class DamageError(RunDirError):
    """A file of a run is not as irloom left it."""


class SampleError(IrloomError):
    """One sample cannot go on; the others can."""


class SourceError(SampleError):
    """What the user gave for this sample cannot be read."""


class ThermalFileError(SourceError):
    """A file does not give the temperatures that it should hold."""


class TranslationError(SampleError):
    """The visible image could not be turned into an infrared one."""


class EditError(SampleError):
    """An image could not be edited by its instruction."""


class PaintError(SampleError):
    """A picture could not be drawn from its text."""


class ScoringError(SampleError):
    """The captions could not be scored against the image."""


class SandboxError(SampleError):
    """The sandbox itself failed on this script; nothing is known about the script."""


class AcceleratorFull(SampleError):
    """The accelerator's memory is too small for this item by itself; batches are made smaller first."""


class EndpointError(SampleError):
    """The endpoint did not answer this request, and asking again did not help."""


class ContentRefused(EndpointError):
    """A filter took offence at what was asked, which says nothing of any other request."""


class ModelReplyError(SampleError):
    """A reply came and was paid for, and cannot be used."""

    def __init__(self, message: str, usage: Mapping[str, int | float] | None = None) -> None:
        super().__init__(message)
        self.usage: Mapping[str, int | float] = dict(usage or {})


class BrokenReply(ModelReplyError):
    """What came was paid for and was no reply of a model: a page, half a stream, a body without a choice."""


class StopRun(IrloomError):
    """The run must stop now; it can be resumed."""

    exit_code = EXIT_STOPPED


class EndpointRefused(StopRun):
    """The endpoint refuses what every sample would ask: key, model or parameter."""

    exit_code = EXIT_USER


class EndpointGone(StopRun):
    """The endpoint cannot be reached."""


class BudgetSpent(StopRun):
    """The next request could cost more than is left."""


class TooManyFailures(StopRun):
    """So many samples failed that going on would waste money."""


class StorageError(StopRun):
    """The run directory cannot be written."""
