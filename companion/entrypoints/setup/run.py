"""All steps, in their order."""

from collections.abc import Callable

from companion.entrypoints.setup.command import set_up_command
from companion.entrypoints.setup.days import set_up_days
from companion.entrypoints.setup.deployment import choose_deployment
from companion.entrypoints.setup.direct_message import set_up_direct_message
from companion.entrypoints.setup.local_entries import adopt_entries
from companion.entrypoints.setup.model import choose_model
from companion.entrypoints.setup.next_steps import tell_next_steps
from companion.entrypoints.setup.place_for_secrets import choose_place_for_secrets
from companion.entrypoints.setup.setup import Setup
from companion.entrypoints.setup.storage import set_up_storage
from companion.entrypoints.setup.user import find_user

STEPS: tuple[Callable[[Setup], None], ...] = (
    choose_deployment,
    choose_place_for_secrets,
    set_up_storage,
    set_up_direct_message,
    set_up_command,
    find_user,
    adopt_entries,
    choose_model,
    set_up_days,
    tell_next_steps,
)
"""Each asks, checks what it got, and keeps it at once."""


def run_setup(setup: Setup) -> None:
    """Go through all steps. CompanionError if something is wrong and nobody can be asked."""
    setup.answers.protect()
    for step in STEPS:
        step(setup)
