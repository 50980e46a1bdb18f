"""What `/companion` answers, in plain values: how it looks, the adapter for Slack decides."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.change import ChangeKind
from companion.domain.companion_words import Misunderstood
from companion.domain.entry import Entry, format_timestamp, parse_timestamp
from companion.domain.listing import Page, Position
from companion.domain.pause import Pause
from companion.domain.person import PersonTime
from companion.domain.summaries.standup import Standup
from companion.domain.summaries.where import Where

MAX_MORE = 2_000
"""So many characters a button carries."""


@dataclass(frozen=True, slots=True)
class More:
    """What a button carries so that a press shows the next page, whenever it comes.

    `search` is what was typed after `search`; empty for days.
    """

    since: datetime
    until: datetime
    begin: Position
    search: str = ""

    def as_text(self) -> str:
        """For the button; empty where it is too long to be carried."""
        fields = [
            format_timestamp(self.since),
            format_timestamp(self.until),
            format_timestamp(self.begin.timestamp),
            self.begin.character,
            self.search,
        ]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= MAX_MORE else ""


def read_more(text: str) -> More:
    """What `as_text` wrote. ValueError for anything else."""
    try:
        since, until, at, character, search = json.loads(text)
        begin = Position(parse_timestamp(at), int(character))
        return More(parse_timestamp(since), parse_timestamp(until), begin, str(search))
    except (TypeError, AttributeError) as error:
        raise ValueError("not a page") from error


@dataclass(frozen=True, slots=True)
class Listed:
    """Entries. `more` shows what comes after them; `is_cut` is set where there is more and nothing
    can carry where it begins. `follows`: a model's words come in the direct message."""

    page: Page
    time: PersonTime
    more: str = ""
    is_cut: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class NoEntries:
    """Nothing in these days."""

    word: str


@dataclass(frozen=True, slots=True)
class NothingFound:
    """`elsewhere` is the day of the newest entry outside the period; `near` are words that are
    there."""

    elsewhere: str = ""
    near: tuple[str, ...] = ()
    follows: bool = False


@dataclass(frozen=True, slots=True)
class LeftOff:
    """Where somebody left off; `follows`: a model's words come in the direct message."""

    where: Where | None
    time: PersonTime
    today: date
    follows: bool


@dataclass(frozen=True, slots=True)
class StandupMade:
    standup: Standup
    follows: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    kind: ChangeKind
    entry: Entry
    time: PersonTime


@dataclass(frozen=True, slots=True)
class Edited:
    """The entry as it was, and its text now. They are the same where nothing had to be changed."""

    old: Entry
    text: str
    time: PersonTime


@dataclass(frozen=True, slots=True)
class FormWanted:
    """The text of this entry is to be changed in a form."""

    entry: Entry
    time: PersonTime


@dataclass(frozen=True, slots=True)
class Paused:
    pause: Pause
    now: datetime
    time: PersonTime


@dataclass(frozen=True, slots=True)
class Resumed:
    """`ended` is None where there was no pause."""

    ended: Pause | None


@dataclass(frozen=True, slots=True)
class Told:
    """What comes next, or why somebody was asked or not, in sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class FormOpened:
    """A form with the entry is open."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it was not done, in a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Somebody whom COMPANION_ALLOWED_USERS does not name."""


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The store did not answer, or refused."""


@dataclass(frozen=True, slots=True)
class Looking:
    """The answer takes a moment, and follows."""


@dataclass(frozen=True, slots=True)
class Help:
    """All that can be typed; first what was not understood, if something was."""

    misunderstood: Misunderstood | None = None


type Answer = (
    Listed
    | NoEntries
    | NothingFound
    | LeftOff
    | StandupMade
    | TakenBack
    | Edited
    | FormWanted
    | Paused
    | Resumed
    | Told
    | FormOpened
    | Refused
    | NotAllowed
    | StoreFailed
    | Looking
    | Help
)
