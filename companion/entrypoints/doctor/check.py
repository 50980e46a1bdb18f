"""What a check is, what it is given, and what it finds."""

import asyncio
import stat
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from companion.bootstrap.surroundings import slack_account
from companion.entrypoints.daemon_report import DaemonReport
from companion.ports import Clock, SlackAccount
from companion.settings import Settings
from companion.texts import doctor as texts


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """The assistant works, but not as well as it could."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply here; the text says why."""


type Result = tuple[Verdict, str]
"""Where something is wrong, the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the check of that name found."""

    check: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every check is given."""

    settings: Settings
    env_file: Path
    problems: Sequence[str]
    """All that is wrong with the settings."""
    clock: Clock
    unique: UUID
    timeout_s: float
    free_space: Callable[[Path], int]
    """How many bytes a disk has left."""
    report: "asyncio.Task[DaemonReport]"
    """One look at the daemon, for all checks."""

    @property
    def has_daemon(self) -> bool:
        """False on a machine that has the webhook alone."""
        settings = self.settings
        return bool(
            settings.slack_bot_token
            or settings.slack_app_token
            or not settings.slack_signing_secret
        )

    def slack(self) -> SlackAccount:
        """Slack, with the bot token if there is one."""
        token = self.settings.slack_bot_token
        return slack_account(
            token.get_secret_value() if token else None, self.settings.slack_api_url
        )

    def without(self, name: str) -> Result:
        """The result of a check that needs a setting of that name."""
        reason = texts.NEEDS.format(name=name) if self.has_daemon else texts.NO_DAEMON
        return Verdict.SKIPPED, reason

    async def daemon(self) -> DaemonReport:
        """The report on the daemon. A check that runs out of time does not stop the look."""
        return await asyncio.shield(self.report)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try out. It changes nothing: what it has to write, it deletes at once.

    A CompanionError that `run` raises is a failure, and so is running out of time.
    """

    name: str
    run: Callable[[Context], Awaitable[Result]]


def is_open_to_others(file: Path) -> bool:
    """Whether anybody but its owner can read a file, or more."""
    return file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
