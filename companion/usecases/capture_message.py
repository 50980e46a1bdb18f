"""Captures messages in the DM: each becomes one entry, however often or late it arrives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.calendar import DAY
from companion.domain.entry import (
    EPOCH,
    MAX_TICKS_MOVED,
    TICK,
    Entry,
    Source,
    is_too_long,
    message_log_id,
    message_timestamp,
    next_revision,
)
from companion.domain.jobs.job import Job, JobKind, JobState
from companion.domain.mentions import with_names
from companion.domain.wording import edited_s, says_more, with_hidden_files
from companion.ports import JobStore, LogStore, Said
from companion.usecases.names import Names
from companion.usecases.zones import Zones

ANSWER_WINDOW = timedelta(minutes=45)
"""How long after a prompt a plain message counts as its answer."""
MINUTE = timedelta(minutes=1)


class Captured(StrEnum):
    """What became of a message. Only the first two mean that its words are in the store."""

    STORED = "captured"
    """New to the store, or changed there."""
    KNOWN = "known"
    DELETED = "deleted"
    """The person deleted it, now or before."""
    EMPTY = "empty"
    """It has no words."""
    TOO_LONG = "too_long"


def _ignore(*_: object) -> None:
    """Nobody has to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureMessage:
    """A message in the DM: new, edited or deleted, from an event or read back."""

    user_id: str
    store: LogStore
    jobs: JobStore
    zones: Zones
    names: Names
    answered: Callable[[str, datetime], None] = _ignore
    """Called with the id of each prompt's job that a message answers, and with its moment."""

    async def __call__(self, said: Said) -> Captured:
        """Make the store agree with the message."""
        if said.deleted:
            await self.store.delete_log(self.user_id, *_identity(said))
            return Captured.DELETED
        if not said.text.strip():
            return Captured.EMPTY
        names = await self._names(said, {})
        # What Slack does not show or say now, it may have shown or said before.
        partial = said.hides_files or not all(names.values())
        if partial and (stored := await self._stored(said)):
            if said.hides_files:
                said = replace(said, text=with_hidden_files(said.text, stored.text))
            names = {each: name or stored.mentions.get(each, "") for each, name in names.items()}
        return await self._write(said, names)

    async def update(self, entry: Entry, said: Said) -> Captured:
        """Make a stored entry what its message says now, whatever events said, in whatever order.

        The person's edit replaces the text, and so does more of the same message, such as a
        finished transcription or the name of whom it mentions. Less never does: Slack hides files,
        forgets previews, and may not give a name. Nor does a new name of the same person.
        """
        if said.deleted or not said.text.strip():
            return await self(said)
        if said.hides_files:
            said = replace(said, text=with_hidden_files(said.text, entry.text))
        names = {each: entry.mentions.get(each) or name for each, name in said.mentions.items()}
        same = with_names(said.text, names) == entry.text
        names |= await self._names(said, names)
        text = with_names(said.text, names)
        if text == entry.text:
            return Captured.KNOWN
        if not (same or _was_edited(said, entry) or says_more(text, entry.text)):
            return Captured.KNOWN
        revision = max(said.revision, next_revision(entry.revision))
        return await self._write(replace(said, revision=revision), names)

    async def _names(self, said: Said, known: Mapping[str, str]) -> dict[str, str]:
        """Whom the message mentions: the names that are known, given by the message, or Slack's."""
        names = {each: known.get(each) or name for each, name in said.mentions.items()}
        missing = [each for each, name in names.items() if not name]
        return names | (await self.names.of(missing) if missing else {})

    async def _write(self, said: Said, names: Mapping[str, str]) -> Captured:
        text = with_names(said.text, names)
        if is_too_long(text):
            return Captured.TOO_LONG
        timestamp, log_id = _identity(said)
        source, answers = await self._answers(said)
        if answers is not None:
            self.answered(answers, timestamp)
        written = await self.store.write_log(
            Entry(
                user_id=self.user_id,
                timestamp=timestamp,
                text=text,
                log_id=log_id,
                source=source,
                tz=self.zones.known,
                answers=answers,
                revision=said.revision,
                mentions=names,
            )
        )
        return Captured.STORED if written else await self._known(said)

    async def _known(self, said: Said) -> Captured:
        """A message that changed nothing: it came again, or Slack added something to it."""
        entry = await self._stored(said)
        if entry is None:
            return Captured.DELETED
        # An edit is stored by its own event, or read back: here only more of the same counts.
        return await self.update(entry, replace(said, revision=""))

    async def _stored(self, said: Said) -> Entry | None:
        """The message's entry, as it is stored now."""
        timestamp, log_id = _identity(said)
        until = timestamp + MAX_TICKS_MOVED * TICK
        entries = await self.store.fetch_logs(self.user_id, timestamp, until)
        return next((entry for entry in entries if entry.log_id == log_id), None)

    async def _answers(self, said: Said) -> tuple[Source, str | None]:
        """The message's source, and the prompt that it answers."""
        if said.to_oneself:
            return Source.MESSAGE, None
        asked_at = message_timestamp(said.thread_ts or said.ts)
        # A job's day is local: no zone is more than a day away from UTC.
        day = asked_at.date()
        prompts = [
            job
            for job in await self.jobs.fetch_jobs(self.user_id, day - DAY, day + 2 * DAY)
            if job.kind is JobKind.PROMPT
        ]
        if said.thread_ts:
            recorded = [job for job in prompts if job.message_ts == said.thread_ts]
            possible = recorded or [job for job in prompts if _may_have_asked(job, asked_at)]
            return (Source.REPLY, possible[-1].job_id) if possible else (Source.MESSAGE, None)
        asked = [
            (message_timestamp(job.message_ts), job.job_id) for job in prompts if job.message_ts
        ]
        recent = [(ts, id_) for ts, id_ in asked if timedelta() < asked_at - ts <= ANSWER_WINDOW]
        return Source.MESSAGE, max(recent, default=(EPOCH, None))[1]


def _identity(said: Said) -> tuple[datetime, UUID]:
    return message_timestamp(said.ts), message_log_id(said.channel, said.ts)


def _was_edited(said: Said, entry: Entry) -> bool:
    """Whether the words changed because the person edited the message.

    Two edits in one second cannot be told apart, and the event of the later one may have been
    lost. A message whose files are hidden only looks as if it was edited.
    """
    if said.hides_files:
        return edited_s(said.revision) > edited_s(entry.revision)
    return bool(said.revision)


def _may_have_asked(job: Job, moment: datetime) -> bool:
    """Whether a prompt that is not recorded as sent may have been sent then: its process may have
    died after sending it, and the answer can arrive before another process finds that out."""
    return (
        job.state is JobState.CLAIMED
        and job.lease_until is not None
        and job.due - MINUTE <= moment <= job.lease_until
    )
