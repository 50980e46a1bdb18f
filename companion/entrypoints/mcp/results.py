"""What tools and resources return: structured, and as text in which entries are marked as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from companion.domain.entry import Entry
from companion.domain.summaries.material import delimited, unforgeable
from companion.domain.summaries.summary import day_name
from companion.entrypoints.mcp.desk import Desk
from companion.texts import agents as texts

MAX_TEXT = 4_000
"""So much of an entry is returned; its resource has all of it."""
MAX_PAGE_TEXT = 40_000
"""A page ends before so many characters: an agent has a context to care for."""
ENTRY_URI, DAY_URI = "companion://entry/", "companion://day/"


class EntryResult(BaseModel):
    """An entry. `when` is on the person's clock; `agent` is who wrote it, if an agent did."""

    id: str
    when: str
    day: str
    text: str
    source: str
    agent: str | None = None
    is_cut: bool = False


class Page(BaseModel):
    """Entries, and the cursor with which there are more."""

    entries: list[EntryResult]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a tool answers."""

    structured: BaseModel
    text: str


def entry_result(entry: Entry, desk: Desk, *, whole: bool = False) -> EntryResult:
    """The entry; of a long text its beginning, unless the `whole` is asked for."""
    more = 0 if whole else len(entry.text) - MAX_TEXT
    uri = f"{ENTRY_URI}{entry.log_id}"
    cut = f"{entry.text[:MAX_TEXT]}{texts.CUT.format(more=more, uri=uri)}"
    return EntryResult(
        id=str(entry.log_id),
        when=entry.local_time(desk.zone).isoformat(timespec="seconds"),
        day=entry.local_day(desk.zone, desk.day_start).isoformat(),
        text=cut if more > 0 else entry.text,
        source=entry.source,
        agent=entry.agent,
        is_cut=more > 0,
    )


def entries_text(entries: Sequence[EntryResult]) -> str:
    """Entries as data: no entry can end its own delimiters."""
    if not entries:
        return texts.NO_ENTRIES
    tag = unforgeable("entry", [entry.text for entry in entries])
    blocks = [f"<{tag} {_attributes(entry)}>\n{entry.text}\n</{tag}>" for entry in entries]
    return "\n\n".join([texts.IS_DATA, *blocks])


def _attributes(entry: EntryResult) -> str:
    by = f' by="{entry.agent}"' if entry.agent else ""
    moment = datetime.fromisoformat(entry.when)
    return f'id="{entry.id[:8]}" when="{day_name(moment.date())} {moment:%H:%M}"{by}'


def data_text(name: str, text: str) -> str:
    """Any other text as data."""
    return f"{texts.IS_DATA}\n\n{delimited(name, [text])}"


def page_reply(entries: Sequence[EntryResult], cursor: str | None) -> Reply:
    """A page of entries, and how there are more."""
    text = entries_text(entries)
    if cursor:
        text += f"\n\n{texts.MORE.format(cursor=cursor)}"
    return Reply(Page(entries=list(entries), next_cursor=cursor), text)
