"""Setting up, step by step: each step asks, checks what it got, and keeps it at once."""

from companion.entrypoints.setup.answers import Answers
from companion.entrypoints.setup.dialogue import Dialogue
from companion.entrypoints.setup.journey import Given, Journey, Way, missing, travel, valid

__all__ = ["Answers", "Dialogue", "Given", "Journey", "Way", "missing", "travel", "valid"]
