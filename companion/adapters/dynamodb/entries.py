"""Entries, tombstones and the read cursor in DynamoDB's requests."""

import logging
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from companion.adapters.dynamodb.items import (
    PREFERENCE,
    READ_CURSOR,
    Item,
    attributes,
    entry_attributes,
    item_key,
    log_id_of,
    moment_of,
    note_key,
    preference_key,
    read_entry,
    text_of,
)
from companion.adapters.dynamodb.refusals import store_errors
from companion.adapters.dynamodb.requests import AT_ONCE, Requests, together
from companion.domain.entry import TICK, Entry, format_timestamp
from companion.domain.mentions import mentions_to_json
from companion.ports import Tombstone

if TYPE_CHECKING:
    from companion.domain.search import Query

logger = logging.getLogger(__name__)

WEST_OF_UTC, EAST_OF_UTC = timedelta(hours=12, seconds=1), timedelta(hours=14, seconds=1)
"""The offsets that the world's zones have, and a second for how a second may be written.

We write UTC. A row of another tool may have its moment in any zone, and then its key sorts by up to
this much off. Reading half a day more on either side costs a read unit or two, and finds them all.
"""


class DynamoEntries(Requests):
    """LogStore."""

    async def write_log(self, entry: Entry) -> bool:
        with store_errors(self._table):
            entry.text.encode()  # botocore would send half a character as it is
        key, stored = await self._place(
            entry.user_id, entry.timestamp, entry.log_id, entry_attributes(entry)
        )
        if stored is None:
            return True
        if "deleted" in stored or text_of(stored, "revision", "") >= entry.revision:
            return False
        # What the person said changes; when and where they said it does not.
        changed = await self._update(
            key,
            "SET #text = :text, #revision = :revision, #mentions = :mentions",
            "attribute_exists(PK) AND attribute_not_exists(#deleted)"
            " AND (attribute_not_exists(#revision) OR #revision < :revision)",
            {
                "text": entry.text,
                "revision": entry.revision,
                "mentions": mentions_to_json(entry.mentions),
            },
        )
        return changed is not None

    async def write_logs(self, entries: Sequence[Entry]) -> int:
        # DynamoDB's own batches take no conditions. Entries at one timestamp must keep their order.
        chains: dict[datetime, list[Entry]] = {}
        for entry in entries:
            chains.setdefault(entry.timestamp, []).append(entry)
        waiting = iter(chains.values())

        async def work() -> int:
            return sum([await self.write_log(entry) for chain in waiting for entry in chain])

        return sum(await together([work() for _ in range(AT_ONCE)]))

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        tombstone: Item = {"deleted": {"BOOL": True}}
        key, stored = await self._place(user_id, timestamp, log_id, tombstone)
        if stored is None or "deleted" in stored:
            return False
        changed = await self._update(
            key,
            "SET #deleted = :deleted REMOVE #text, #mentions",
            "attribute_exists(PK) AND attribute_not_exists(#deleted)",
            {"deleted": True},
        )
        return changed is not None

    async def fetch_logs(self, user_id: str, since: datetime, until: datetime) -> list[Entry]:
        return [entry async for entry in self.read_logs(user_id, since, until)]

    async def read_logs(
        self, user_id: str, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        held: list[Entry] = []
        async for page in self._pages(user_id, *_keys_of(since, until)):
            if not page:
                continue
            held += self._between(user_id, page, since, until)
            held.sort(key=lambda entry: entry.timestamp)
            # An earlier one in another zone may still come: hold back what it could precede.
            read = text_of(page[-1], "SK")
            safe = bisect_left(held, read, key=_last_key)
            for entry in held[:safe]:
                yield entry
            del held[:safe]
        for entry in held:
            yield entry

    async def fetch_backdated(self, user_id: str, since: datetime) -> list[Entry]:
        # A key says when an entry is dated, not when it was typed: all of them are looked at.
        found = [
            entry
            async for page in self._pages(user_id, "log:", "log;", having="logged_at")
            for item in page
            if "deleted" not in item
            if (entry := self._entry(user_id, item)) and entry.typed_at >= since
        ]
        return sorted(found, key=lambda entry: (entry.typed_at, entry.timestamp))

    async def search_logs(
        self, user_id: str, query: "Query", since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        held: list[Entry] = []
        async for page in self._pages_backwards(user_id, *_keys_of(since, until)):
            if not page:
                continue
            held += filter(query.finds, self._between(user_id, page, since, until))
            held.sort(key=lambda entry: entry.timestamp, reverse=True)
            # A later one in another zone may still come: hold back what it could precede.
            read = text_of(page[-1], "SK")
            safe = sum(_first_key(entry) > read for entry in held)
            for entry in held[:safe]:
                yield entry
            del held[:safe]
        for entry in held:
            yield entry

    async def read_tombstones(self, user_id: str) -> AsyncIterator[Tombstone]:
        async for page in self._pages(user_id, "log:", "log;", having="deleted"):
            for item in page:
                if timestamp := moment_of(item, "timestamp"):
                    yield Tombstone(timestamp, log_id_of(item))

    async def fetch_read_cursor(self, user_id: str) -> str | None:
        with store_errors(self._table):
            answer = await self._client.get_item(
                TableName=self._table, Key=item_key(user_id, READ_CURSOR), ConsistentRead=True
            )
        return text_of(answer["Item"], "ts") if "Item" in answer else None

    async def save_read_cursor(self, user_id: str, ts: str) -> None:
        await self._update(
            item_key(user_id, READ_CURSOR),
            "SET #ts = :ts",
            "attribute_not_exists(#ts) OR #ts < :ts",
            {"ts": ts},
        )

    async def fetch_note(self, user_id: str, name: str) -> str | None:
        with store_errors(self._table):
            answer = await self._client.get_item(
                TableName=self._table, Key=note_key(user_id, name), ConsistentRead=True
            )
        return text_of(answer.get("Item") or {}, "text") or None

    async def save_note(self, user_id: str, name: str, text: str) -> None:
        with store_errors(self._table):
            await self._client.put_item(
                TableName=self._table, Item=note_key(user_id, name) | attributes({"text": text})
            )

    async def fetch_preferences(self, user_id: str) -> dict[str, str]:
        found = {
            text_of(item, "SK").removeprefix(PREFERENCE): text_of(item, "text")
            async for page in self._pages(user_id, PREFERENCE, "pref;")
            for item in page
        }
        return {name: text for name, text in found.items() if text}

    async def save_preference(self, user_id: str, name: str, text: str) -> None:
        # An empty one stays as an item: who may write need not be allowed to delete.
        with store_errors(self._table):
            await self._client.put_item(
                TableName=self._table,
                Item=preference_key(user_id, name) | attributes({"text": text}),
            )
        await self._renew_version(user_id)

    async def _place(
        self, user_id: str, timestamp: datetime, log_id: UUID, attributes: Item
    ) -> tuple[Item, Item | None]:
        """Put an entry under the first free key from its timestamp on.

        Returns the key, and what is stored there if the entry was stored before. Rows are never
        removed, so an entry always finds its own row before a free key.
        """
        while True:
            written = format_timestamp(timestamp)
            key = item_key(user_id, f"log:{written}")
            identity = {"timestamp": {"S": written}, "log_id": {"S": str(log_id)}}
            stored = await self._put_if_free(key | identity | attributes)
            if stored is None or log_id_of(stored) == log_id:
                return key, stored
            timestamp += TICK

    def _between(
        self, user_id: str, page: Sequence[Item], since: datetime, until: datetime
    ) -> list[Entry]:
        """The entries of a page with since <= timestamp < until."""
        return [
            entry
            for item in page
            if "deleted" not in item
            and (entry := self._entry(user_id, item))
            and since <= entry.timestamp < until
        ]

    def _entry(self, user_id: str, item: Item) -> Entry | None:
        """None for a row that cannot be read: it must not hide all others."""
        try:
            return read_entry(user_id, item)
        except ValueError as error:
            logger.warning(
                "store.row_unreadable",
                extra={"table": self._table, "key": text_of(item, "SK"), "error": repr(error)},
            )
            return None


def _keys_of(since: datetime, until: datetime) -> tuple[str, str]:
    """The keys between which all entries of that time are, whatever zone they were written in."""
    first, last = _shifted(since, -WEST_OF_UTC), _shifted(until, EAST_OF_UTC)
    return f"log:{format_timestamp(first)}", f"log:{format_timestamp(last)}"


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """Stays within what a datetime can hold, for callers that ask for “everything”."""
    moment = moment.astimezone(UTC)
    try:
        return moment + by
    except OverflowError:
        return moment


def _first_key(entry: Entry) -> str:
    """The first key that a row of this moment can have."""
    return f"log:{format_timestamp(_shifted(entry.timestamp, -WEST_OF_UTC))}"


def _last_key(entry: Entry) -> str:
    """The last key that a row of this moment can have."""
    return f"log:{format_timestamp(_shifted(entry.timestamp, EAST_OF_UTC))}"
