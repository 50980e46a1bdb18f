"""Somebody whom nothing but a pause leaves alone."""

from companion.domain.calendar import Rhythm
from companion.ports import Clock
from companion.usecases.pause import Pauses
from companion.usecases.quiet import Quiet
from tests.memory_store import MemoryLogStore


def undisturbed(store: MemoryLogStore, clock: Clock, rhythm: Rhythm) -> Quiet:
    """Nobody asks Slack."""
    return Quiet(
        pauses=Pauses(user_id="U1", store=store, clock=clock),
        jobs=store,
        messenger=None,
        rhythm=rhythm,
        is_on=lambda _: True,
    )
