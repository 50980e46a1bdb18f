"""The sandbox: a local Slack in the browser, and behind it the real webhook, daemon and store."""

import asyncio
import logging
import random  # noqa: TID251 -- the type only: the generator comes from bootstrap
import sqlite3
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.bootstrap import (
    Companion,
    SystemClock,
    machine_zone,
    new_id,
    open_store,
)
from companion.bootstrap import companion as open_companion
from companion.domain.calendar import DAY
from companion.domain.manifest import EVENTS_PATH
from companion.entrypoints.daemon import Daemon, Intervals, running
from companion.entrypoints.sandbox_store import database, sandbox_folder
from companion.entrypoints.terminal import as_typed
from companion.entrypoints.web_app import serving_web_app
from companion.errors import CompanionError, StoreError
from companion.ports import Clock
from companion.sandbox import LocalSlack, commands_of, invite_colleagues
from companion.sandbox.workspace.workspace_file import WorkspaceFile
from companion.settings import SECRETS, DaemonAndWebhookSettings, load_settings
from companion.texts import terminal as texts

log = logging.getLogger(__name__)


class SandboxInUseError(CompanionError):
    """Its files cannot be removed or opened."""

    def __init__(self, folder: Path, problem: OSError) -> None:
        reason = problem.strerror or problem
        super().__init__(texts.SANDBOX_FOLDER.format(folder=folder, problem=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The webhook and the daemon, at work against one Slack."""

    companion: Companion
    daemon: Daemon
    webhook_url: str


def settings_for(slack: LocalSlack, database: Path, **given: Any) -> DaemonAndWebhookSettings:
    """A person's own settings, but for where things are: this Slack and that file, no cloud."""
    return load_settings(
        DaemonAndWebhookSettings,
        **{
            **dict.fromkeys(SECRETS),  # nobody's own are read
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_signing_secret": slack.signing_secret,
            "slack_web_bot_token": slack.web_bot_token,
            "slack_user_id": slack.user_id,
            "slack_api_url": slack.api_url,
            "companion_db": database,
            "companion_allowed_users": None,
            "companion_timezone": None,
            "dynamodb_table": None,
            **given,
        },
    )


@asynccontextmanager
async def system(
    slack: LocalSlack,
    settings: DaemonAndWebhookSettings,
    clock: Clock | None = None,
    rng: random.Random | None = None,
    intervals: Intervals | None = None,
    *,
    share_zone: bool = False,
) -> AsyncIterator[System]:
    """Webhook and daemon as they run in earnest, each with a store of its own on the same data.

    With `share_zone` the webhook knows the zone that the daemon found in the person's profile.
    """
    clock = clock or SystemClock()
    async with open_store(settings) as store, open_companion(settings, clock, rng) as companion:
        zone_of = companion.capture_command.zone_of if share_zone else None
        async with (
            serving_web_app(settings, store, clock, "127.0.0.1", 0, zone_of) as port,
            running(companion, settings, intervals) as it,
        ):
            slack.command_url = slack.interactivity_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
            slack.commands = commands_of(settings.commands)
            yield System(companion=companion, daemon=it, webhook_url=slack.command_url)


def _clear(folder: Path) -> None:
    """Remove everything that was said, unless another sandbox is at it: StoreError then."""
    try:
        WorkspaceFile(folder / "slack.db").close()
    except StoreError as error:
        # Anything but a lock, such as a broken file, is a reason to start over.
        if isinstance(error.__cause__, sqlite3.OperationalError):
            raise
    for file in folder.glob("*.db*"):
        file.unlink()


async def run(
    port: int,
    open_browser: bool,
    reset: bool,
    say: Callable[[str], None],
    env_file: Path | None,
    stop: asyncio.Event,
) -> None:
    """The sandbox until `stop` is set. `say` prints a line for the person who started it."""
    folder = sandbox_folder()
    clock = SystemClock()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if reset:
            _clear(folder)
    except OSError as error:
        raise SandboxInUseError(folder, error) from error
    started: asyncio.Future[System] = asyncio.get_running_loop().create_future()

    async def ask() -> None:
        await (await started).companion.day.ask_now(new_id())

    async def summarize() -> None:
        # Today's would not tell of what is tried out today.
        await (await started).companion.day.summarize_now(new_id(), ahead=DAY)

    note = as_typed(texts.STORED_IN.format(folder=folder))
    async with LocalSlack(
        now=clock.now,
        storage=folder / "slack.db",
        port=port,
        time_zone=machine_zone().key,
        note=note,
        actions={"ask": ask, "summarize": summarize},
    ) as slack:
        await invite_colleagues(slack)
        settings = settings_for(slack, database(folder), env_file=env_file)
        async with system(slack, settings, clock, share_zone=True) as it:
            started.set_result(it)
            say(texts.SANDBOX_IS_AT.format(url=slack.url))
            say(note)
            if open_browser:
                # It may start a browser and wait for it.
                await asyncio.to_thread(webbrowser.open, slack.url)
            await stop.wait()
