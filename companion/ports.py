"""What the use cases need from outside. Each docstring is a promise that every adapter keeps.

This file is long because all promises stand in one place.
"""

from __future__ import annotations  # what only describes arguments is not imported

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from companion.domain.answers import Answer
    from companion.domain.change import EntryChange
    from companion.domain.chart import Picture
    from companion.domain.commits.work import Work
    from companion.domain.commits.worktree import Survey, Worktree
    from companion.domain.computer.machine import Agent, LoginState
    from companion.domain.entry import Entry
    from companion.domain.home import HomePage
    from companion.domain.jobs.job import Job, JobResult
    from companion.domain.jobs.planning import Plan
    from companion.domain.jobs.presses import PressedPrompt
    from companion.domain.meetings import Meeting
    from companion.domain.person import BotIdentity, Person
    from companion.domain.presence import Presence
    from companion.domain.search import Query


class Clock(Protocol):
    def now(self) -> datetime:
        """The wall clock, in UTC, aware."""
        ...


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stays of a deleted entry: its timestamp and its identity, no words."""

    timestamp: datetime
    log_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased. `jobs` counts the plans too."""

    entries: int = 0
    tombstones: int = 0
    jobs: int = 0
    read_cursors: int = 0


class LogStore(Protocol):
    """Everything logged, by user. Every method raises StoreError if it could not do its work."""

    async def write_log(self, entry: Entry) -> bool:
        """Store an entry; True if that changed anything. It is durable when this returns.

        Idempotent by `log_id`: the same entry again changes nothing and returns False. With a
        later `revision` its text and mentions replace the stored ones; an earlier or equal one
        changes nothing. A deleted entry stays deleted.
        Two entries at one timestamp are both kept: the second to arrive moves on by a microsecond
        at a time until its key is free.
        """
        ...

    async def write_logs(self, entries: Sequence[Entry]) -> int:
        """Store many at less cost than one by one; returns how many changed anything.

        Each is stored as `write_log` would store it. Of several at one timestamp, the earlier in
        the sequence gets the earlier key. All are durable when this returns. If it raises, some
        may be stored: the same call again completes them.
        """
        ...

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        """Remove an entry's text for good; True if there was an entry to remove.

        `timestamp` is the one it was written with. A tombstone without words stays in its place,
        even if there was no entry yet, so that a late `write_log` does not bring it back.
        """
        ...

    async def restore_log(self, entry: Entry) -> bool:
        """Put an entry back in the place of its tombstone; True if there was the tombstone.

        The one way back for what was deleted: it takes the text and the revision of `entry`, at
        the timestamp that it was read with. What is not deleted does not change.
        """
        ...

    async def save_change(self, change: EntryChange) -> None:
        """Keep a user's last change, in the place of the one before, so that it can be undone."""
        ...

    async def fetch_change(self, user_id: str, now: datetime) -> EntryChange | None:
        """A user's last change; None without one, and when it is 24 hours old at `now`."""
        ...

    async def purge_changes(self, now: datetime) -> None:
        """Remove all changes that are 24 hours old at `now`, if the store does not do so itself."""
        ...

    async def fetch_logs(self, user_id: str, since: datetime, until: datetime) -> list[Entry]:
        """All entries with since <= timestamp < until, oldest first, however many there are."""
        ...

    def read_logs(self, user_id: str, since: datetime, until: datetime) -> AsyncIterator[Entry]:
        """The same entries in the same order, read a page at a time to keep memory small.

        An entry that is written or deleted meanwhile may come or not; every other comes once.
        """
        ...

    async def fetch_backdated(self, user_id: str, since: datetime) -> list[Entry]:
        """All backdated entries with since <= `logged_at`, by that, whatever day they tell of."""
        ...

    def search_logs(
        self, user_id: str, query: Query, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        """All entries with since <= timestamp < until that `query.finds`, newest first.

        It reads no further than the caller goes on. An entry that is written, edited or deleted
        meanwhile may come or not; an edited or deleted one is not found by its old words.
        """
        ...

    def read_tombstones(self, user_id: str) -> AsyncIterator[Tombstone]:
        """All tombstones, in no particular order, read a page at a time."""
        ...

    async def fetch_read_cursor(self, user_id: str) -> str | None:
        """The `ts` up to which everything in the DM is stored; None before the first reading."""
        ...

    async def save_read_cursor(self, user_id: str, ts: str) -> None:
        """Move the read cursor forward. A `ts` before the stored one changes nothing."""
        ...

    async def fetch_note(self, user_id: str, name: str) -> str | None:
        """What `save_note` stored under that name; None for nothing."""
        ...

    async def save_note(self, user_id: str, name: str, text: str) -> None:
        """Store a text that the use cases need later, in the place of the one before; an empty one
        means nothing. Notes hold no words of the user's."""
        ...

    async def fetch_preferences(self, user_id: str) -> dict[str, str]:
        """All that `save_preference` stored for that user, by name, as it is now: every program on
        the same store sees the same."""
        ...

    async def save_preference(self, user_id: str, name: str, text: str) -> None:
        """Store one preference and leave the others; an empty text removes it."""
        ...


class JobStore(Protocol):
    """Jobs and the plans they come from. Raises StoreError like LogStore."""

    async def save_job(self, job: Job) -> Job:
        """Store a job unless there is one of its id; return the one that is stored now.

        Of several callers at once exactly one's job is stored, and all get that one back.
        """
        ...

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        """All jobs whose `day` is since <= day < until, by `due`, then by `job_id`."""
        ...

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        """Claim a job; None if it is done, unknown, or under a lease that is not over at `now`.

        Of several callers at once exactly one gets the job, with `attempts` one higher. A claim
        whose `lease_until` <= `now` counts as abandoned and can be taken over.
        """
        ...

    async def postpone_job(self, job: Job) -> bool:
        """Store the `due` of a job that waits, with `planned_for` and `waits_for`; False, and no
        change, if it is claimed, done or unknown. Of the job nothing else changes."""
        ...

    async def finish_job(self, user_id: str, job_id: str, owner: str, result: JobResult) -> bool:
        """Record what became of a claimed job; False, and no change, if the claim is not `owner`'s.

        A lease that is over still counts as the owner's until another claim takes the job.
        """
        ...

    async def save_plan(self, plan: Plan) -> Plan:
        """Store a plan unless there is one of its id; return the one that is stored now.

        Of several callers at once exactly one's plan is stored, and all get that one back.
        """
        ...

    async def fetch_plans(self, user_id: str, since: date, until: date) -> list[Plan]:
        """All plans whose `day` is since <= day < until, by `made_at`, then by `plan_id`."""
        ...

    async def fetch_version(self, user_id: str) -> str:
        """A value that is another one after each `save_job` and `save_preference`, and much cheaper
        to read than jobs.

        It may be some seconds old, and it may change for other reasons. Claims and results need
        not change it, and version 0.2.0 and earlier ones do not: look at the jobs themselves now
        and then.
        """
        ...


class Store(LogStore, JobStore, Protocol):
    """One store holds the entries and the jobs of a user, and erases them together."""

    async def fetch_users(self) -> list[str]:
        """The ids of all users that have anything stored, sorted."""
        ...

    async def erase_user(self, user_id: str) -> Erased:
        """Remove everything of a user for good: entries, their last change, tombstones, jobs,
        plans, the read cursor, notes, preferences.

        When this returns, nothing in the store holds their words; other users keep theirs. Safe to
        repeat: after a StoreError some may be left, and the same call again removes it. What is
        written meanwhile may stay.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the user's in the DM, as it is now.

    `ts` is its identity in `channel`; `thread_ts` is the message whose thread it is in, which is
    the user's own where `to_oneself` is set.
    `text` has ids like `@U02ABCDEF` for whom it mentions. `mentions` has these ids, each with the
    name that the message itself gives (`@Bo`, `#general`), empty where it gives none.
    `hides_files` is set where Slack does not show all files of the message any more.
    `revision` is Slack's `ts` of the last edit, empty when there was none. A message that was
    deleted has `deleted` set and no text. `warned` is set where our warning sign is on it.
    """

    channel: str
    ts: str
    text: str
    mentions: Mapping[str, str] = field(default_factory=dict)
    hides_files: bool = False
    thread_ts: str | None = None
    to_oneself: bool = False
    revision: str = ""
    deleted: bool = False
    warned: bool = False


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    """A prompt in the DM that still shows its buttons."""

    ts: str
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press of a button: its `action`, and the `value` that it was given.

    `channel` and `ts` are the message that it is below, empty in a Home tab. What is posted to
    `response_url`, where there is one, only the person sees.
    """

    user_id: str
    action: str
    value: str = ""
    channel: str = ""
    ts: str = ""
    response_url: str = ""
    trigger_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutUse:
    """*Log this message*, used on a message of anybody: its words, who wrote it (an id like
    `@U02ABCDEF`, or a name) and its address. `mentions` is as in `Said`, with the author's."""

    user_id: str
    channel: str
    ts: str
    text: str
    author: str
    link: str
    mentions: Mapping[str, str] = field(default_factory=dict)
    response_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form, as somebody sent it. `view_id` is the same for each delivery."""

    user_id: str
    view_id: str
    text: str
    when: str = ""
    tags: str = ""
    carried: str = ""
    """What the form was given when it was opened."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A message in the DM that has replies. `latest_reply` is the newest reply's `ts`."""

    ts: str
    latest_reply: str
    reply_count: int


class Messenger(Protocol):
    """The direct message with the user. Every method raises MessengerError when Slack refuses
    or cannot be reached."""

    async def send_prompt(self, job_id: str, question: str, *, buttons: bool = False) -> str:
        """Post the question, with buttons below it where Slack takes them; its `ts`. The message
        carries the job's id as metadata."""
        ...

    async def close_prompt(self, ts: str, job_id: str, question: str, note: str) -> None:
        """Show a note in the place of a prompt's buttons; the note is plain text. Safe to repeat.
        A message that is not there any more, or cannot be changed, is left as it is."""
        ...

    async def send_summary(self, job_id: str, part: int, markdown: str, fallback: str) -> str:
        """Post one part of a summary; its `ts`. `fallback` is what notifications show.

        The message carries the job's id and the part's number (from 0) as metadata.
        """
        ...

    async def upload_picture(self, name: str, png: bytes, title: str, alt_text: str) -> str:
        """Give Slack a picture that a message can show; its id. Nobody sees it before that."""
        ...

    async def send_with_picture(
        self, job_id: str, part: int, markdown: str, fallback: str, picture_id: str, alt_text: str
    ) -> str:
        """Like `send_summary`, with an uploaded picture below the text. Waits about a minute at
        most until Slack can show the picture; then the message goes without it."""
        ...

    async def find_sent(self, job_id: str, since: datetime) -> dict[int, str]:
        """The parts of a job that were sent to the DM since then: number → `ts` (a prompt is part
        0)."""
        ...

    async def confirm(self, ts: str) -> None:
        """Show the user that the message was stored. Safe to repeat."""
        ...

    async def warn(self, ts: str, line: str) -> None:
        """Show the user that the message was not stored: a warning sign on it, and a line in its
        thread that says what to do. Safe to repeat: the line stands there once."""
        ...

    async def take_back_warning(self, ts: str) -> None:
        """Remove our warning sign, and nobody else's. Safe to repeat."""
        ...

    async def time_zone(self) -> str:
        """The IANA zone of the user's Slack profile."""
        ...

    async def presence(self, *, with_dnd: bool) -> Presence:
        """What Slack says of the user now. Do Not Disturb is read only `with_dnd`, and where the
        app may not read it, there is none."""
        ...

    async def fetch_name(self, mentioned: str) -> str | None:
        """What Slack calls a person, a channel or a group of people with that id: `@Bo`,
        `#general`. None for an id that it does not know."""
        ...

    async def channel(self) -> str:
        """The DM's own id in Slack."""
        ...

    def read_back(self, since_ts: str) -> AsyncIterator[Said | Thread | OpenPrompt]:
        """The user's messages in the DM from that `ts` on, as they are now, without replies that
        are in their threads alone; each thread that began since; and the prompts that still have
        their buttons. Read page by page, in no particular order."""
        ...

    def read_replies(self, thread_ts: str) -> AsyncIterator[Said]:
        """The user's replies in a thread, as they are now, but for those that were sent to the
        channel too; read page by page."""
        ...

    async def look_up(self, ts: str) -> Said | None:
        """One message as it is now; None if it is not there any more."""
        ...

    async def links(self, entries: Sequence[Entry]) -> Mapping[UUID, str]:
        """The addresses of the messages in the DM that the entries were, by `log_id`; entries that
        came otherwise are left out."""
        ...


class Responder(Protocol):
    async def respond(self, url: str, text: str) -> None:
        """Say something that only the person sees, where they pressed or typed. `url` is the
        `response_url` that Slack gave for it. Raises MessengerError."""
        ...


class Forms(Protocol):
    async def open_log_form(self, trigger_id: str, response_url: str) -> None:
        """Show the form of `/log`, within the three seconds that a `trigger_id` is good for. What
        is answered to it goes to `response_url`. Raises MessengerError."""
        ...

    async def open_last_entry(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        """Show a form with the words of the last entry, which can be changed. It carries the key.
        Raises MessengerError."""
        ...


class HomeTab(Protocol):
    """The Home tab of one person. Every method raises MessengerError."""

    async def publish(self, page: HomePage) -> None:
        """Show that page in the place of the one before."""
        ...

    async def open_edit_form(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        """Show a form with an entry's words, which can be changed. It carries the key."""
        ...

    async def open_delete_form(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        """Show a form that asks whether to delete an entry. It carries the key."""
        ...


class Interactions(Protocol):
    """What Slack's payloads say that people pressed, sent and used."""

    def read_press(self, payload: dict[str, Any], action: dict[str, Any]) -> Press:
        """A press of a button, or of an item in a menu."""
        ...

    def pressed_prompt(self, press: Press) -> PressedPrompt | None:
        """The prompt whose button was pressed; None for a press of anything else."""
        ...

    def read_shortcut(self, payload: dict[str, Any]) -> ShortcutUse:
        """A use of *Log this message*."""
        ...

    def read_submission(self, payload: dict[str, Any]) -> Submission:
        """A form that was sent."""
        ...


class SlackText(Protocol):
    """Between what a person types and how Slack writes it."""

    def command_text(self, text: str) -> str:
        """What was typed after a slash command."""
        ...

    def escape(self, text: str) -> str:
        """A text that Slack shows as it is."""
        ...

    def live_mentions(self, escaped: str, mentions: Mapping[str, str]) -> str:
        """An escaped text in which Slack shows people by name whom nobody else could name."""
        ...


class Answers(Protocol):
    """What `/companion` answers, as only the person who typed it sees it."""

    def message(self, answer: Answer) -> dict[str, Any]:
        """What to ack a command with: its `text`, and `blocks` where it has some."""
        ...

    async def send(self, url: str, answer: Answer, *, replace: bool = False) -> None:
        """Show it where somebody typed or pressed; in the place of what is there with `replace`.
        `url` is the `response_url` that Slack gave for it. Raises MessengerError."""
        ...


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """Where a WebSocket opens, and the proxy on the way; None for a direct connection."""

    url: str
    proxy: str | None


class SocketMode(Protocol):
    async def new_address(self) -> SocketAddress:
        """The address of a WebSocket, good for one connection.

        Raises TokenRefusedError when asking again cannot help, SlackRefusedError with `bad_token`
        when Slack does not take the token now, else MessengerError.
        """
        ...


class Summarizer(Protocol):
    async def summarize(self, instruction: str, material: str) -> str:
        """Markdown that follows the instruction and says only what the material says.

        Raises SummarizerError with a reason for the user, after retries where they can help.
        """
        ...


class Calendar(Protocol):
    """The person's calendar. It is read and never stored; no title of a meeting leaves it."""

    async def meetings(self, now: datetime, zone: ZoneInfo) -> list[Meeting]:
        """The meetings around `now` that the person is busy with, by their beginning; `zone` is
        for those without one. Raises CalendarError."""
        ...


class Commits(Protocol):
    """What git knows of the person's work on this machine. It takes a bounded time, stores nothing
    and changes nothing. A repository that cannot be read in time is left out and logged: no method
    raises for it."""

    async def fetch(self, user_id: str, since: datetime, until: datetime) -> list[Work]:
        """The person's own commits that were written with since <= t < until, by their author
        dates, and their pull requests of that time; oldest first.

        Commits of all local branches and worktrees count, merges do not. Each comes once, also
        after a rebase and where several clones have it.
        """
        ...

    async def look_up(self, user_id: str, folder: Path, commit: str) -> Work | None:
        """That commit of the repository in `folder`; None if it is a merge, not the person's own,
        without a subject, or no new work (see `Commit.is_new`)."""
        ...

    async def worktree(self, folder: Path | None) -> Worktree | None:
        """What is not committed in the repository around `folder`, or else in the one in which
        somebody worked last; None if there is none."""
        ...

    async def survey(self) -> Survey:
        """Which repositories can be read, and which cannot."""
        ...


class Model(Summarizer, Protocol):
    """What answers questions: it also fills in a form, to say what it wants to search for."""

    async def fill_in(self, instruction: str, material: str, schema: Mapping[str, Any]) -> str:
        """JSON of that schema, as far as the model can: one that knows no schemas may answer with
        anything. Raises SummarizerError like `summarize`."""
        ...


class Painter(Protocol):
    async def draw(self, picture: Picture, form: str) -> bytes:
        """The picture as a file of that format, `svg` or `png`, with its alt text inside.

        What drawing needs is not left in the memory of this process. Raises DrawingError.
        """
        ...


class SlackAccount(Protocol):
    """Slack as one bot token sees it, for setup and for the doctor.

    Raises SlackCheckError where something has to be changed, with the change in its text, and
    SlackUnreachableError where Slack gave no answer.
    """

    async def check_bot_token(self, needed: Collection[str]) -> BotIdentity:
        """Whose the bot token is. It has all the `needed` scopes, or this raises."""
        ...

    async def check_app_token(self, app_token: str, bot: BotIdentity | None = None) -> None:
        """Socket Mode can be opened with that token, and it is of the same app as `bot`."""
        ...

    async def check_user(self, user_id: str, team: str = "") -> Person:
        """Who has that member ID in this workspace, which messages call `team`."""
        ...

    def people(self) -> AsyncIterator[Person]:
        """Everybody in the workspace: no bots, and nobody who left."""
        ...

    async def time(self) -> datetime:
        """The time by Slack's clock, to the second. Raises MessengerError."""
        ...

    async def greet(self, app_token: str) -> None:
        """Open a WebSocket and close it after Slack's hello. Raises MessengerError."""
        ...

    async def has_written(self, user_id: str) -> bool:
        """Whether the app wrote to that person before. If not, it posts a message and deletes it
        at once, which shows that it can. Raises MessengerError."""
        ...


class WebhookProbe(Protocol):
    """The webhook from outside, as Slack meets it. Raises WebhookError, which says what to do."""

    async def reach(self, url: str) -> tuple[str, str]:
        """See that our webhook is up; its base address, and its version."""
        ...

    async def try_signature(self, base: str, secret: str, now: datetime, unique: UUID) -> None:
        """See that our webhook answers a signed `/log` without a text, and refuses one with a
        wrong signature. Nothing of it is stored."""
        ...


class Keychain(Protocol):
    """The person's keychain. Secrets stand there by the names of their settings."""

    def is_secure(self) -> bool:
        """Whether there is a keychain that protects what is in it. May take a moment."""
        ...

    def save(self, name: str, secret: str) -> None:
        """Store a secret in place of an older one. Raises KeychainError if that is refused."""
        ...

    def fetch(self, name: str) -> str | None:
        """The secret; None where there is none, or the keychain does not give it."""
        ...


class SettingsFile(Protocol):
    """The file that has the settings. Raises EnvFileError when it cannot be read or written."""

    @property
    def path(self) -> Path: ...

    def read(self) -> dict[str, str]:
        """All that is set in it, and not to nothing."""
        ...

    def update(self, values: Mapping[str, str]) -> None:
        """Set these, all or none; an empty value unsets. Other lines keep every character."""
        ...

    def protect(self) -> None:
        """Let only its owner read a file that was there before."""
        ...


class Hook(Protocol):
    """Lines of ours in a file that git or a shell runs. Every method raises HookError where that
    file cannot be found, read or written."""

    @property
    def file(self) -> Path:
        """The file."""
        ...

    @property
    def lines(self) -> str:
        """What `install` writes."""
        ...

    def install(self) -> list[str]:
        """Put our lines in; hints for the person. Safe to repeat. What was in the file goes on
        working, and the file is changed whole or not at all."""
        ...

    def uninstall(self) -> bool:
        """Take out exactly what `install` put in; False if there was nothing."""
        ...

    def is_installed(self) -> bool:
        """Whether our lines are there."""
        ...


class LoginService(Protocol):
    """What starts programs at login. Every method raises LoginError if the system refuses."""

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    @property
    def file(self) -> Path:
        """What `install` writes."""
        ...

    def install(self, agent: Agent) -> list[str]:
        """Start it now and at each login; hints for the person. Safe to repeat."""
        ...

    def uninstall(self) -> bool:
        """Stop it, and remove what `install` wrote; False if there was nothing."""
        ...

    def state(self) -> LoginState:
        """What the system says about the agent."""
        ...
