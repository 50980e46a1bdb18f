"""Prompts: "What are you doing right now?", a few times a working day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm
from companion.domain.jobs.job import Job, Veto
from companion.domain.jobs.planning import prompt_veto
from companion.ports import Messenger
from companion.texts.slack import QUESTION


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHandler:
    """Asks the question in the direct message."""

    messenger: Messenger
    rhythm: Rhythm
    opened: Callable[[str, str], None] | None = None
    """Called with the `ts` and the job's id of each prompt; without it, prompts have no buttons."""
    lease: ClassVar[timedelta] = timedelta(minutes=2)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        return prompt_veto(job, now, zone, self.rhythm, others)

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Ask, unless that was `sent` before; the message's `ts`."""
        if self.opened is None:
            return sent.get(0) or await self.messenger.send_prompt(job.job_id, QUESTION)
        ts = sent.get(0) or await self.messenger.send_prompt(job.job_id, QUESTION, buttons=True)
        self.opened(ts, job.job_id)
        return ts
