"""Links to the messages that entries were."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from companion.domain.entry import Entry
from companion.errors import MessengerError
from companion.ports import Messenger


async def links_if_known(messenger: Messenger, entries: Sequence[Entry]) -> Mapping[UUID, str]:
    """The addresses by `log_id`; none where Slack does not answer: a text without links is better
    than no text."""
    try:
        return await messenger.links(entries)
    except MessengerError:
        return {}
