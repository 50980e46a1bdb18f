"""An entry: one thing that a person said, when, and the identity it has for good."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from companion.domain.calendar import local_day, wall_time
from companion.errors import TextTooLongError

# Chosen once; changing it would make every redelivered message a new entry.
NAMESPACE = UUID("8d1e6c1a-5f0b-4f2e-9a5c-3d6b7c0e2f41")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MAX_TEXT_BYTES = 300 * 1024
"""The longest text of an entry, in UTF-8; every store takes it (DynamoDB ends at 400 KB)."""

SHORT_ID_LENGTH = 8
MAX_TICKS_MOVED = 16
"""How many microseconds after its message's own `ts` an entry can be stored."""


class Source(StrEnum):
    """How an entry was said."""

    COMMAND = "command"
    """`/log` in Slack."""
    REPLY = "reply"
    """In the thread of a prompt."""
    MESSAGE = "message"
    """Plainly, in the direct message."""
    TERMINAL = "terminal"
    """`companion log`."""
    AGENT = "agent"
    """By a coding agent, for the person: `companion mcp`."""
    BUTTON = "button"
    """*Same as before*, below a prompt."""
    SHORTCUT = "shortcut"
    """*Log this message*, on any message in Slack."""
    COMMIT = "commit"
    """A commit: logged by the git hook, or read from git."""
    PULL_REQUEST = "pull-request"
    """What became of a pull request, read from GitHub."""


FROM_GIT = frozenset({Source.COMMIT, Source.PULL_REQUEST})
"""What was done, not what somebody said."""
HAS_SLACK_MARKS = frozenset(
    {Source.MESSAGE, Source.REPLY, Source.COMMAND, Source.BUTTON, Source.SHORTCUT}
)
"""What was typed in Slack; in other texts `*` and `_` mark nothing."""
AT_A_PRESS = frozenset({Source.COMMAND, Source.BUTTON, Source.SHORTCUT})
"""The entries with these sources are stored with one write, and no change is recorded beside it."""
SLACK_MESSAGES = frozenset({Source.MESSAGE, Source.REPLY})
"""The entries with these sources are messages in the direct message: their text is Slack's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was said.

    `timestamp` is in UTC. `tz` is the IANA zone that the person was in, where it is known.
    `answers` is the id of the prompt's job. `revision` orders the texts that one message had:
    empty for the first, then Slack's `ts` of the edit, whose text order is time order.
    `mentions` has the ids of whom the text mentions, each with the name that stands in the text
    (`@Bo`, `#general`), empty where the id itself stands there.
    `logged_at` is when a backdated entry was typed, in UTC; None where that is its timestamp.
    `agent` is the name of the agent that wrote it (see `agent_name`); None where the person did.
    """

    user_id: str
    timestamp: datetime
    text: str
    log_id: UUID
    source: Source
    tz: str | None = None
    answers: str | None = None
    revision: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict, hash=False)
    logged_at: datetime | None = None
    agent: str | None = None

    @property
    def typed_at(self) -> datetime:
        """When it was typed, which for a backdated entry is later than what it tells."""
        return self.logged_at or self.timestamp

    @property
    def short_id(self) -> str:
        """Enough of its id to name it by: among a person's entries that is as good as unique."""
        return str(self.log_id)[:SHORT_ID_LENGTH]

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Where the person was, as far as it is known."""
        return ZoneInfo(self.tz) if self.tz else default

    def local_time(self, default: ZoneInfo) -> datetime:
        """The moment on the wall clock of where the person was."""
        return wall_time(self.timestamp, self.zone(default))

    def local_day(self, default: ZoneInfo, day_start: time) -> date:
        """The person's day that it belongs to, where days begin at `day_start`."""
        return local_day(self.timestamp, self.zone(default), day_start)

    @property
    def byline(self) -> str:
        """`by Claude Code`, where an agent wrote it; `commit`, where the git hook did; empty where
        the person did."""
        if self.source is Source.COMMIT:
            return "commit"
        return f"by {self.agent or UNNAMED_AGENT}" if self.source is Source.AGENT else ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called, besides what it says."""
        return (self.byline,)

    @property
    def is_slack_message(self) -> bool:
        """Whether the entry is a message in the direct message, which only Slack can change."""
        return self.source in SLACK_MESSAGES


UNNAMED_AGENT = "an agent"
MAX_AGENT_NAME = 40
_NOT_IN_NAMES = re.compile(r"(?:[^\w.+-]|_|\.(?!\d))+")


def agent_name(text: str) -> str:
    """An agent's name as it is stored: letters, digits, `+` and `-`, and versions like 4.5. None of
    that leads anywhere or means something in Markdown, HTML or Slack. It is no longer than fits
    beside a time, and empty where nothing is left."""
    return _NOT_IN_NAMES.sub(" ", text).strip()[:MAX_AGENT_NAME].strip()


type Wanted = Callable[[Entry], bool]
"""Which entries somebody asks for."""


def every_entry(_: Entry) -> bool:
    """All of them."""
    return True


def check_text(text: str) -> str:
    """The text, if it is not longer than every store takes. TextTooLongError if it is."""
    if is_too_long(text):
        raise TextTooLongError(len(text.encode()), MAX_TEXT_BYTES)
    return text


def is_too_long(text: str) -> bool:
    """Whether a text is longer than an entry may be."""
    # No character takes more than four bytes: most texts need not be encoded to be measured.
    return len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES


def storable(text: str) -> str:
    """JSON can carry half an emoji, which is not a text that anything could store."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def next_revision(revision: str) -> str:
    """The revision right after this one: in text order before every other later one."""
    return f"{revision}+"


def message_log_id(channel: str, ts: str) -> UUID:
    """The identity of a Slack message: it can be delivered many times, this stays the same."""
    return uuid5(NAMESPACE, f"message:{channel}:{ts}")


def command_log_id(trigger_id: str) -> UUID:
    """The identity of a slash command."""
    return uuid5(NAMESPACE, f"command:{trigger_id}")


def press_log_id(channel: str, ts: str, button: str) -> UUID:
    """The identity of what a button below a message stores."""
    return uuid5(NAMESPACE, f"press:{channel}:{ts}:{button}")


def shortcut_log_id(user_id: str, channel: str, ts: str) -> UUID:
    """The identity of a message that somebody keeps, by any author."""
    return uuid5(NAMESPACE, f"shortcut:{user_id}:{channel}:{ts}")


def form_log_id(view_id: str) -> UUID:
    """The identity of what a form stores, however often it is sent."""
    return uuid5(NAMESPACE, f"form:{view_id}")


def message_timestamp(ts: str) -> datetime:
    """The moment of a Slack `ts` (seconds, a point, six digits), exact to the microsecond."""
    seconds, _, micros = ts.partition(".")
    return EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros[:6].ljust(6, "0")))


def message_ts(timestamp: datetime) -> str:
    """The Slack `ts` of a moment: what `message_timestamp` reads."""
    micros = (timestamp - EPOCH) // TICK
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def find_message_ts(entry: Entry, channel: str) -> str | None:
    """The Slack `ts` of the message in that channel that an entry was; None if it was not one."""
    for step in range(MAX_TICKS_MOVED):
        ts = message_ts(entry.timestamp - step * TICK)
        if message_log_id(channel, ts) == entry.log_id:
            return ts
    return None


def command_timestamp(signed_s: int, log_id: UUID) -> datetime:
    """The second that Slack signed, and microseconds that each delivery computes alike."""
    return EPOCH + timedelta(seconds=signed_s, microseconds=log_id.int % 1_000_000)


def format_timestamp(timestamp: datetime) -> str:
    """UTC, ISO 8601, fixed width, so that text order is time order."""
    return timestamp.astimezone(UTC).isoformat(timespec="microseconds")


def format_optional(timestamp: datetime | None) -> str | None:
    """The same of a moment that may be missing."""
    return format_timestamp(timestamp) if timestamp else None


def parse_timestamp(text: str) -> datetime:
    """Any ISO 8601 moment with a zone, in UTC. ValueError where there is no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
