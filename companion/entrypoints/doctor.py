"""The checks of `companion doctor`: each tries out what it tells of, and says what to do.

They change nothing: what has to be written to be tried out is deleted at once.
"""

import asyncio
import shutil
import stat
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from slack_sdk.web.async_client import AsyncWebClient

from companion.adapters.login import Machine
from companion.adapters.slack import web_client
from companion.adapters.slack_checks import check_app_token, check_bot_token, check_user
from companion.adapters.slack_probes import greeting, slack_time, writable
from companion.adapters.status import Life
from companion.adapters.summarizer import LlmSummarizer
from companion.adapters.webhook_probe import reach, try_signature
from companion.bootstrap import open_store, open_table, terminal_zone
from companion.entrypoints.standing import Standing, headline, standing, when
from companion.errors import CompanionError, MessengerError, SettingsError, SummarizerError
from companion.ports import Clock
from companion.settings import SETTINGS, Settings, load_settings

PATIENCE_S = 30.0
SLOW = timedelta(seconds=60)
WRONG = timedelta(seconds=300)
"""So old may a signed request be: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
LITTLE_SPACE = 500_000_000
NO_SPACE = 50_000_000

DAEMON = ("slack_bot_token", "slack_app_token", "slack_user_id")
NO_DAEMON = "the daemon is not set up here: SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set"


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """The assistant works, but not as well as it could."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found; where something is wrong, the text says what to do."""

    check: str
    verdict: Verdict
    text: str


type Found = tuple[Verdict, str]
type FreeSpace = Callable[[Path], int]


class Doctor:
    """Looks at everything that has to work. `free_space` tells how many bytes a disk has left."""

    def __init__(
        self,
        machine: Machine,
        clock: Clock,
        unique: UUID,
        webhook: str | None = None,
        patience_s: float = PATIENCE_S,
        free_space: FreeSpace = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        self._machine = machine
        self._clock = clock
        self._unique = unique
        self._webhook = webhook
        self._patience_s = patience_s
        self._free_space = free_space
        self._settings, self._problems = _settings()
        if webhook:
            self._settings = self._settings.model_copy(update={"companion_webhook_url": webhook})
        # A machine that has the webhook alone has no use for the rest.
        self._has_daemon = bool(
            self._settings.slack_bot_token
            or self._settings.slack_app_token
            or not self._settings.slack_signing_secret
        )

    async def examine(self) -> list[Finding]:
        """All checks, in the order in which one would mend things; they run side by side."""
        standing_ = asyncio.create_task(self._look())
        try:
            return await asyncio.gather(
                self._check("settings", self._check_settings()),
                self._check("clock", self._check_clock()),
                self._check("bot token", self._check_bot_token()),
                self._check("app token", self._check_app_token(standing_)),
                self._check("direct message", self._check_direct_message()),
                self._check("store", self._check_store()),
                self._check("model", self._check_model()),
                self._check("daemon", self._check_daemon(standing_)),
                self._check("webhook", self._check_webhook()),
            )
        finally:
            standing_.cancel()
            await asyncio.wait([standing_])

    async def _check(self, name: str, work: Awaitable[Found]) -> Finding:
        try:
            async with asyncio.timeout(self._patience_s):
                verdict, text = await work
        except CompanionError as error:
            verdict, text = Verdict.FAILED, str(error)
        except TimeoutError:
            verdict, text = (
                Verdict.FAILED,
                f"no answer within {self._patience_s:g} seconds: check the network, try again.",
            )
        return Finding(check=name, verdict=verdict, text=text)

    async def _look(self) -> Standing:
        return await standing(self._settings, self._machine, self._clock)

    async def _check_settings(self) -> Found:
        if self._problems:
            return Verdict.FAILED, "; ".join(self._problems) + ". Mend .env (see .env.example)."
        file = _env_file()
        if _is_open_to_others(file):
            return (
                Verdict.WARNING,
                f"all are understood, but others on this machine can read {file}, and the secrets "
                "in it: run `chmod 600` on it.",
            )
        return Verdict.OK, f"all are there and understood, from {_source(file)}"

    async def _check_clock(self) -> Found:
        try:
            theirs = await slack_time(self._client())
        except MessengerError as error:
            raise _NoTimeError(self._settings.slack_api_url, error) from error
        off = self._clock.now() - theirs
        size = abs(off)
        seconds, way = (
            f"{size.total_seconds():.0f} seconds",
            "ahead" if off > timedelta() else "behind",
        )
        if size > WRONG:
            return (
                Verdict.FAILED,
                f"this machine is {seconds} {way} of Slack, so that signatures are refused: set "
                "its clock, best by network time.",
            )
        if size > SLOW:
            return (
                Verdict.WARNING,
                f"this machine is {seconds} {way} of Slack: set its clock, best by network time.",
            )
        return Verdict.OK, "agrees with Slack's"

    async def _check_bot_token(self) -> Found:
        if not self._settings.slack_bot_token:
            return self._without("SLACK_BOT_TOKEN")
        bot = await check_bot_token(self._client())
        command = (
            "" if bot.scopes is None or "commands" in bot.scopes else "; /log is another app's"
        )
        return Verdict.OK, f"{bot.name} in {bot.team}, with every scope it needs{command}"

    async def _check_app_token(self, looking: "asyncio.Task[Standing]") -> Found:
        token = self._settings.slack_app_token
        if not token:
            return self._without("SLACK_APP_TOKEN")
        client = self._client()
        bot = await _or_none(check_bot_token(client, ())) if client.token else None
        await check_app_token(client, token.get_secret_value(), bot)
        it = await asyncio.shield(looking)
        if it.life is Life.RUNNING and it.status and it.status.connected_since:
            # A second socket would be sent some of what is meant for the daemon's.
            return Verdict.OK, "opens Socket Mode; the daemon is connected"
        try:
            await greeting(client, token.get_secret_value())
        except MessengerError as error:
            return (
                Verdict.FAILED,
                f"Slack takes it, but no socket comes about ({error.code}): see that Socket Mode "
                "is on, and that the network lets WebSockets (wss://) through.",
            )
        return Verdict.OK, "opens Socket Mode; Slack said hello"

    async def _check_direct_message(self) -> Found:
        user_id = self._settings.slack_user_id
        if not self._settings.slack_bot_token:
            return self._without("SLACK_BOT_TOKEN")
        if not user_id:
            return self._without("SLACK_USER_ID")
        client = self._client()
        person = await check_user(client, user_id)
        try:
            known = await writable(client, user_id)
        except MessengerError as error:
            return Verdict.FAILED, _NOT_WRITABLE.get(error.code, f"{error} {_LOOK_AT_THE_APP}")
        how = "has been written to" if known else "can be written to (tried, and deleted again)"
        return Verdict.OK, f"with {person}; {how}"

    async def _check_store(self) -> Found:
        if self._settings.dynamodb_table:
            return await self._check_table(self._settings.dynamodb_table)
        path = self._settings.companion_db
        parent = next(folder for folder in path.absolute().parents if folder.exists())
        free = self._free_space(parent)
        if free < NO_SPACE:
            return (
                Verdict.FAILED,
                f"{path}: the disk has {free // 1_000_000} MB left, and soon nothing can be "
                "stored: free some space.",
            )
        if not path.exists():
            return Verdict.OK, f"{path} will be made when it is first needed"
        async with open_store(self._settings) as store:
            await store.fetch_read_cursor(self._settings.slack_user_id or "")
        if _is_open_to_others(path):
            return (
                Verdict.WARNING,
                f"others on this machine can read {path}: run `chmod 600` on it.",
            )
        if free < LITTLE_SPACE:
            return (
                Verdict.WARNING,
                f"{path}: the disk has only {free // 1_000_000} MB left: free some space.",
            )
        return Verdict.OK, f"{path} opens, {free / 1e9:.0f} GB are free"

    async def _check_table(self, name: str) -> Found:
        from companion.adapters.dynamodb.policy import Role

        # The webhook's keys need not be allowed what the daemon's are.
        role = Role.DAEMON if self._has_daemon else Role.WEBHOOK
        async with open_table(self._settings) as table:
            problems = await table.check_table(role)
        where = f"the DynamoDB table {name} ({self._settings.aws_region})"
        if problems:
            return Verdict.FAILED, f"{where}: {' '.join(problems)}"
        return Verdict.OK, f"{where} is as it should be"

    async def _check_model(self) -> Found:
        if not self._has_daemon:
            return Verdict.SKIPPED, NO_DAEMON
        model = LlmSummarizer(self._settings.llm_model, 0.8 * self._patience_s, pauses_s=())
        name = self._settings.llm_model or "llm's default model"
        try:
            await model.summarize("Answer with the one word: yes", "Are you there?")
        except SummarizerError as error:
            return (
                Verdict.WARNING,
                f"{error.reason}. Until one answers, summaries are your entries as they stand; "
                "set LLM_MODEL, or give llm its key.",
            )
        return Verdict.OK, f"{name} answers"

    async def _check_daemon(self, looking: "asyncio.Task[Standing]") -> Found:
        if not self._has_daemon:
            return Verdict.SKIPPED, NO_DAEMON
        it = await asyncio.shield(looking)
        now, zone = self._clock.now(), terminal_zone(self._settings)
        said = headline(it, now, zone)
        status = it.status
        if it.life is Life.NEVER and not it.at_login.state.installed:
            return Verdict.WARNING, said
        if it.life is not Life.RUNNING or status is None:
            return Verdict.FAILED, said
        if status.problem:
            return (
                Verdict.FAILED,
                f"{said} It does not get through: {status.problem} `companion daemon logs` says "
                "more.",
            )
        if not status.connected_since:
            return (
                Verdict.FAILED,
                f"{said} It has no connection to Slack now: check the network; it tries again by "
                "itself.",
            )
        text = f"runs since {when(status.started_at, now, zone)}"
        if status.worked_at:
            text += f"; last got through at {when(status.worked_at, now, zone)}"
        if not it.at_login.state.installed:
            text += "; not started at login"
        return Verdict.OK, text

    async def _check_webhook(self) -> Found:
        url = self._settings.companion_webhook_url
        if not url:
            return (
                Verdict.SKIPPED,
                "no address: give it with --webhook URL or COMPANION_WEBHOOK_URL, if you have one",
            )
        base = await reach(url, 0.4 * self._patience_s)
        secret = self._settings.slack_signing_secret
        if not secret:
            return (
                Verdict.WARNING,
                f"{base} is up; whether it takes Slack's signature can be tried with "
                "SLACK_SIGNING_SECRET here.",
            )
        await try_signature(
            base,
            secret.get_secret_value(),
            self._clock.now(),
            self._unique,
            0.4 * self._patience_s,
            self._settings.slack_user_id,
        )
        return Verdict.OK, f"{base} is up, and takes Slack's signature"

    def _without(self, name: str) -> Found:
        return Verdict.SKIPPED, f"needs {name}" if self._has_daemon else NO_DAEMON

    def _client(self) -> AsyncWebClient:
        token = self._settings.slack_bot_token
        return web_client(token.get_secret_value() if token else None, self._settings.slack_api_url)


class _NoTimeError(CompanionError):
    def __init__(self, url: str, error: MessengerError) -> None:
        super().__init__(
            f"Slack cannot be asked for the time at {url} ({error.code}): check the network, a "
            "proxy, or SLACK_API_URL."
        )


def _env_file() -> Path:
    return Path(".env").absolute()


def _is_open_to_others(file: Path) -> bool:
    return file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)


def _source(file: Path) -> str:
    return str(file) if file.exists() else f"the environment; there is no {file}"


async def _or_none[T](work: Awaitable[T]) -> T | None:
    try:
        return await work
    except CompanionError:
        return None  # another check tells of it


def _settings() -> tuple[Settings, Sequence[str]]:
    """The settings, as far as they can be used, and all that is wrong with them."""
    wanted: tuple[str, ...] = DAEMON
    webhook_alone = _try(("slack_signing_secret",))
    if webhook_alone and not (webhook_alone.slack_bot_token or webhook_alone.slack_app_token):
        return webhook_alone, ()
    try:
        # The secret is the webhook's; asked for, it is found in the keychain too.
        return _try((*wanted, "slack_signing_secret")) or load_settings(*wanted), ()
    except SettingsError as error:
        wrong = {problem.split()[0].strip(":").lower() for problem in error.problems}
        usable = {name: getattr(Settings(), name) for name in SETTINGS if name in wrong}
        return _try((), **usable) or load_settings(env_file=None, **usable), error.problems


def _try(required: tuple[str, ...], **given: Any) -> Settings | None:
    try:
        return load_settings(*required, **given)
    except SettingsError:
        return None


_LOOK_AT_THE_APP = "Look at the app's scopes (OAuth & Permissions) and its messages tab (App Home)."
_NOT_WRITABLE = {
    "messages_tab_disabled": "the messages tab is off: under App Home, switch it on, and tick "
    "“Allow users to send Slash commands and messages from the messages tab”.",
    "user_not_found": "nobody in that workspace has SLACK_USER_ID: in Slack, your profile → ⋮ → "
    "Copy member ID.",
}
