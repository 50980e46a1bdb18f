"""Entries from before there was a Slack ID become this person's."""

from companion.entrypoints.local_entries import (
    adopt_local_entries,
    adopted_text,
    count_local_entries,
)
from companion.entrypoints.run import run
from companion.entrypoints.setup.setup import Setup
from companion.entrypoints.terminal import counted
from companion.errors import CompanionError
from companion.texts import setup as setup_texts
from companion.texts import terminal as texts


def adopt_entries(setup: Setup) -> None:
    """Move them, and say how many. What goes wrong here can be repeated, and ends no setup."""
    settings, user_id = setup.settings(), setup.answers.get("SLACK_USER_ID")
    try:
        if not run(count_local_entries(settings)):
            return
        setup.dialogue.heading(setup_texts.EARLIER_ENTRIES)
        moved = setup.dialogue.wait(texts.ADOPTING, lambda: adopt_local_entries(settings, user_id))
    except CompanionError as error:
        setup.dialogue.problem(f"{error} {texts.ADOPT_AGAIN}")
        return
    setup.dialogue.tell(adopted_text(moved, user_id))
    if moved.left:
        left = counted(moved.left, "entry", "entries")
        setup.dialogue.problem(texts.NOT_ADOPTED.format(entries=left))
