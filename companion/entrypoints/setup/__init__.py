"""`companion init`: one step a file. `run.py` lists them in `STEPS`."""

from companion.entrypoints.setup.answers import Answers
from companion.entrypoints.setup.dialogue import Dialogue
from companion.entrypoints.setup.run import STEPS, run_setup
from companion.entrypoints.setup.setup import (
    Deployment,
    Setup,
    SetupOptions,
    checked_setting,
    missing_settings,
)

__all__ = [
    "STEPS",
    "Answers",
    "Deployment",
    "Dialogue",
    "Setup",
    "SetupOptions",
    "checked_setting",
    "missing_settings",
    "run_setup",
]
