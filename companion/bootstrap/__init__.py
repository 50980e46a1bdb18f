"""The composition root: settings in, a running system out. Time and chance come in only here.

This file is long because all parts are put together in one place. `surroundings.py` has what only
setup, the doctor and some commands look at.
"""

import os
import random  # noqa: TID251 -- this is the one place
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from companion.domain.features import Feature
from companion.errors import StoreError
from companion.ports import (
    Answers,
    Calendar,
    Clock,
    Forms,
    Interactions,
    LogStore,
    Messenger,
    Responder,
    Said,
    SlackText,
    SocketMode,
)
from companion.ports import Store as Store
from companion.settings import DirectMessageSettings, Settings

# Each function imports what it wires: `/log` and `companion log` wait for nothing else.
if TYPE_CHECKING:
    from pydantic import SecretStr

    from companion.adapters.dynamodb import DynamoLogStore
    from companion.adapters.status import StatusFile
    from companion.bootstrap.home import HomeParts
    from companion.ports import Commits, Model, Painter, Summarizer
    from companion.usecases.answer_command import AnswerCommand
    from companion.usecases.ask import Ask
    from companion.usecases.capture import CaptureCommand
    from companion.usecases.capture_form import CaptureForm
    from companion.usecases.capture_message import CaptureMessage
    from companion.usecases.capture_typed import CaptureTyped
    from companion.usecases.day import Day
    from companion.usecases.keep_message import KeepMessage
    from companion.usecases.log_commit import LogCommit
    from companion.usecases.missing import MissingMessages
    from companion.usecases.names import Names
    from companion.usecases.open_prompts import OpenPrompts
    from companion.usecases.pause import Pauses
    from companion.usecases.person_times import PersonTimes, ShareTimes
    from companion.usecases.presses import FinishPress, TakePress
    from companion.usecases.quiet import Quiet
    from companion.usecases.read_back import ReadBack
    from companion.usecases.standup import MakeStandup
    from companion.usecases.summarize import WriteSummary
    from companion.usecases.summarize_window import SummarizeWindow
    from companion.usecases.warnings import Warnings
    from companion.usecases.welcome import Welcome
    from companion.usecases.where import FindWhere


GLANCE_TIMEOUT_S = 5.0
"""So long a command that only wants to show something waits for Slack."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 -- this is the one place


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Everything that needs the person's DM: what the daemon runs."""

    user_id: str
    store: Store
    messenger: Messenger
    capture_command: "CaptureCommand"
    capture_message: "CaptureMessage"
    warnings: "Warnings"
    open_prompts: "OpenPrompts"
    take_press: "TakePress"
    finish_press: "FinishPress"
    interactions: Interactions
    names: "Names"
    home: "HomeParts"
    responder: Responder
    read_back: "ReadBack"
    day: "Day"
    welcome: "Welcome"
    share_times: "ShareTimes"
    read_event: Callable[[dict[str, Any]], Said | None]
    slack_text: SlackText
    clock: Clock
    status: "StatusFile"


def hand_over_to_libraries(settings: Settings) -> None:
    """Let AWS's libraries and llm's find what the settings file has for them, such as AWS_PROFILE.
    The environment goes before it, as for settings."""
    for name, value in settings.for_libraries.items():
        if not os.environ.get(name):
            os.environ[name] = value


@asynccontextmanager
async def open_table(settings: Settings, name: str) -> AsyncIterator["DynamoLogStore"]:
    """The DynamoDB table of that name."""
    hand_over_to_libraries(settings)
    from companion.adapters.dynamodb import DynamoLogStore

    async with DynamoLogStore.open(
        table=name,
        region=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url_dynamodb,
        access_key=_secret(settings.aws_access_key_id),
        secret_key=_secret(settings.aws_secret_access_key),
        session_token=_secret(settings.aws_session_token),
    ) as table:
        yield table


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """DynamoDB where a table is named, else SQLite. Each is imported only where it is used."""
    if name := settings.dynamodb_table:
        async with open_table(settings, name) as dynamodb:
            yield dynamodb
    else:
        async with open_sqlite(settings) as sqlite:
            with suppress(StoreError):  # a file that is only readable can still be read
                await sqlite.purge_changes(SystemClock().now())
            yield sqlite


@asynccontextmanager
async def open_existing(settings: Settings) -> AsyncIterator[Store]:
    """The store, for what only reads or changes what is there: a SQLite file that is missing is
    not created, and there is an empty store instead."""
    if settings.dynamodb_table or not _is_missing(settings.companion_db):
        async with open_store(settings) as store:
            yield store
    else:
        with TemporaryDirectory(prefix="companion-") as folder:
            async with open_sqlite(Settings(companion_db=Path(folder) / "empty.db")) as empty:
                yield empty


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:  # opening it says why
        return False
    return False


@asynccontextmanager
async def open_sqlite(settings: Settings) -> AsyncIterator[Store]:
    """The SQLite file, also where a table is named."""
    from companion.adapters.sqlite import SqliteLogStore

    async with SqliteLogStore.open(settings.companion_db) as sqlite:
        yield sqlite


def command_capture(
    settings: Settings,
    store: LogStore,
    clock: Clock | None = None,
    zone_of: Callable[[str], ZoneInfo | None] | None = None,
) -> "CaptureCommand":
    """`/log`, for the webhook and for the daemon; `zone_of` says where a person is, where the
    settings do not."""
    from companion.usecases.capture import CaptureCommand

    return CaptureCommand(
        store=store,
        clock=clock or SystemClock(),
        zone_of=zone_of or (lambda _: settings.companion_timezone),
        day_start=settings.companion_day_start,
        allowed=settings.companion_allowed_users,
        times=person_times(settings, store),
    )


def person_times(settings: Settings, store: LogStore) -> "PersonTimes":
    """Where people are, as far as the store or the settings know."""
    from companion.usecases.person_times import PersonTimes

    return PersonTimes(
        store=store,
        zone=settings.companion_timezone,
        day_start=settings.companion_day_start,
        rhythm=settings.rhythm,
    )


def keep_message(
    settings: Settings, store: Store, clock: Clock, names: "Names | None" = None
) -> "KeepMessage":
    """*Log this message*; `names` asks Slack for names, where the app may."""
    from companion.usecases.keep_message import KeepMessage

    return KeepMessage(
        store=store,
        clock=clock,
        times=person_times(settings, store),
        allowed=settings.companion_allowed_users,
        names=names,
    )


def form_capture(settings: Settings, store: Store, clock: Clock) -> "CaptureForm":
    """The form of `/log`."""
    from companion.usecases.capture_form import CaptureForm

    return CaptureForm(
        store=store,
        clock=clock,
        times=person_times(settings, store),
        allowed=settings.companion_allowed_users,
    )


def answer_command(settings: Settings, store: Store, clock: Clock | None = None) -> "AnswerCommand":
    """`/companion`, for the webhook and for the daemon. No model is asked, and no git: what these
    have to say, the daemon sends."""
    from companion.adapters.slack.answers import measure
    from companion.usecases.answer_command import AnswerCommand
    from companion.usecases.look_back import LookBack
    from companion.usecases.standup import MakeStandup
    from companion.usecases.where import FindWhere

    clock, rhythm, limit = clock or SystemClock(), settings.rhythm, settings.companion_model_input
    return AnswerCommand(
        store=store,
        clock=clock,
        times=person_times(settings, store),
        look_back=LookBack(store=store, clock=clock, measure=measure),
        find_where=FindWhere(store=store, rhythm=rhythm, max_material=limit),
        make_standup=MakeStandup(store=store, rhythm=rhythm, max_material=limit),
        pauses=lambda user_id: pauses(user_id, store, clock),
        allowed=settings.companion_allowed_users,
    )


def log_forms(settings: Settings, token: "SecretStr | None") -> Forms | None:
    """What opens the form, with that bot token; None if it is off or has no token."""
    if token is None or not settings.is_on(Feature.FORM):
        return None
    from companion.adapters.slack.forms import SlackForms

    return SlackForms(token.get_secret_value(), settings.slack_api_url)


def interactions() -> Interactions:
    """How Slack's payloads say what people pressed, sent and used."""
    from companion.adapters.slack import interactions

    return interactions


def responder() -> Responder:
    """What answers where somebody pressed or typed something."""
    from companion.adapters.slack.responder import SlackResponder

    return SlackResponder()


def slack_answers(settings: Settings) -> Answers:
    """How Slack shows what `/companion` answers."""
    from companion.adapters.slack.answers import SlackAnswers

    return SlackAnswers(settings.commands)


def missing_messages(user_id: str, store: LogStore, clock: Clock) -> "MissingMessages":
    """The entries whose messages are missing in Slack."""
    from companion.usecases.missing import MissingMessages

    return MissingMessages(user_id=user_id, store=store, clock=clock)


def pauses(user_id: str, store: LogStore, clock: Clock | None = None) -> "Pauses":
    """One user's pause, for every program."""
    from companion.usecases.pause import Pauses

    return Pauses(user_id=user_id, store=store, clock=clock or SystemClock())


def quiet(
    settings: Settings,
    user_id: str,
    store: Store,
    messenger: Messenger | None,
    clock: Clock | None = None,
) -> "Quiet":
    """What holds prompts back; without a messenger, as far as that is known without Slack."""
    from companion.usecases.quiet import Quiet

    return Quiet(
        pauses=pauses(user_id, store, clock),
        jobs=store,
        messenger=messenger,
        calendar=calendar(settings, clock),
        rhythm=settings.rhythm,
        is_on=settings.is_on,
    )


def calendar(settings: Settings, clock: Clock | None = None) -> Calendar | None:
    """The person's calendar, where it is set."""
    if settings.companion_calendar is None:
        return None
    from companion.adapters.calendar import IcsCalendar

    return IcsCalendar(settings.companion_calendar.get_secret_value(), clock or SystemClock())


def direct_message(settings: Settings, user_id: str) -> Messenger | None:
    """The direct message, where the settings have its token."""
    if settings.slack_bot_token is None:
        return None
    from companion.adapters.slack.messenger import SlackMessenger

    token = settings.slack_bot_token.get_secret_value()
    return SlackMessenger(token, settings.slack_api_url, user_id, GLANCE_TIMEOUT_S)


def typed_capture(store: LogStore) -> "CaptureTyped":
    """`companion log`."""
    from companion.usecases.capture_typed import CaptureTyped

    return CaptureTyped(store=store, clock=SystemClock())


def summary_writer(
    settings: Settings, store: LogStore, summarizer: "Summarizer | None" = None
) -> "WriteSummary":
    """What writes the summary; by `summarizer`, or by a model in this process."""
    hand_over_to_libraries(settings)
    from companion.usecases.summarize import WriteSummary

    return WriteSummary(
        store=store,
        summarizer=summarizer or _summarizer(settings),
        rhythm=settings.rhythm,
        max_material=settings.companion_model_input,
        commits=git_commits(settings),
    )


def window_summarizer(settings: Settings, store: LogStore) -> "SummarizeWindow":
    """The summary of any window."""
    hand_over_to_libraries(settings)
    from companion.usecases.summarize_window import SummarizeWindow

    return SummarizeWindow(
        store=store,
        summarizer=_summarizer(settings),
        max_material=settings.companion_model_input,
        commits=git_commits(settings),
    )


def where_finder(
    settings: Settings,
    store: LogStore,
    summarizer: "Summarizer | None" = None,
    *,
    by_model: bool = True,
) -> "FindWhere":
    """Where somebody left off; by `summarizer`, or by a model in this process."""
    from companion.usecases.where import FindWhere

    return FindWhere(
        store=store,
        rhythm=settings.rhythm,
        summarizer=(summarizer or _summarizer(settings)) if by_model else None,
        max_material=settings.companion_model_input,
        commits=git_commits(settings),
    )


def standup_maker(
    settings: Settings,
    store: LogStore,
    summarizer: "Summarizer | None" = None,
    *,
    by_model: bool = True,
) -> "MakeStandup":
    """The standup; by `summarizer`, or by a model in this process."""
    from companion.usecases.standup import MakeStandup

    return MakeStandup(
        store=store,
        rhythm=settings.rhythm,
        summarizer=(summarizer or _summarizer(settings)) if by_model else None,
        max_material=settings.companion_model_input,
        commits=git_commits(settings),
    )


def git_commits(settings: Settings) -> "Commits | None":
    """The person's commits on this machine; None where no repositories are named."""
    return _git_commits(settings, settings.companion_repos) if settings.companion_repos else None


def commit_logger(settings: Settings, store: LogStore) -> "LogCommit":
    """What the git hook runs."""
    from companion.usecases.log_commit import LogCommit

    return LogCommit(store=store, commits=_git_commits(settings, ()))


def _git_commits(settings: Settings, patterns: Sequence[str]) -> "Commits":
    from companion.adapters.git import GitCommits

    return GitCommits(
        patterns=patterns,
        authors=settings.companion_git_authors or (),
        environ=os.environ,
        pull_requests=settings.is_on(Feature.PULL_REQUESTS),
    )


def asker(
    settings: Settings, store: LogStore, model: "Model | None" = None, *, by_model: bool = True
) -> "Ask":
    """What answers questions; by `model`, or by one in this process."""
    hand_over_to_libraries(settings)
    from companion.usecases.ask import Ask

    return Ask(
        store=store,
        rhythm=settings.rhythm,
        model=(model or _summarizer(settings)) if by_model else None,
        max_material=settings.companion_model_input,
    )


def painter() -> "Painter":
    """What draws pictures."""
    from companion.adapters.drawing import ProcessPainter

    return ProcessPainter()


def _summarizer(settings: Settings) -> "Model":
    from companion.adapters.summarizer import LlmSummarizer

    return LlmSummarizer(settings.llm_model, settings.companion_model_timeout)


def model_process(settings: Settings) -> "Model":
    """A model for what runs for days: what it needs is gone from memory after each answer."""
    hand_over_to_libraries(settings)
    from companion.adapters.summarizer import ProcessSummarizer

    return ProcessSummarizer(settings.llm_model, settings.companion_model_timeout)


@asynccontextmanager
async def companion(
    settings: DirectMessageSettings, clock: Clock | None = None, rng: random.Random | None = None
) -> AsyncIterator[Companion]:
    """The whole system behind the DM."""
    from companion.adapters.slack.messages import read_event
    from companion.adapters.slack.messenger import SlackMessenger
    from companion.adapters.status import StatusFile, status_path
    from companion.bootstrap.home import home_parts
    from companion.domain.features import Feature
    from companion.domain.jobs.job import JobKind
    from companion.usecases.ask import AskHandler
    from companion.usecases.capture_message import CaptureMessage
    from companion.usecases.day import Day
    from companion.usecases.deliver import Deliver
    from companion.usecases.known_jobs import KnownJobs
    from companion.usecases.names import Names
    from companion.usecases.open_prompts import OpenPrompts
    from companion.usecases.person_times import ShareTimes
    from companion.usecases.presses import FinishPress, PressHandler, TakePress
    from companion.usecases.prompt import PromptHandler
    from companion.usecases.read_back import ReadBack
    from companion.usecases.review import ReviewHandler
    from companion.usecases.standup import StandupHandler
    from companion.usecases.summarize import SummaryHandler
    from companion.usecases.warnings import Warnings
    from companion.usecases.welcome import Welcome, WelcomeHandler
    from companion.usecases.where import WhereHandler
    from companion.usecases.zones import Zones

    clock, rng = clock or SystemClock(), rng or random.SystemRandom()
    user_id, summarizer = settings.slack_user_id, model_process(settings)
    async with open_store(settings) as store:
        messenger = SlackMessenger(
            settings.slack_bot_token.get_secret_value(), settings.slack_api_url, user_id
        )
        zones = Zones(settings.companion_timezone, messenger, clock)
        warnings = Warnings(messenger=messenger, is_on=settings.is_on(Feature.WARNINGS))
        open_prompts = OpenPrompts(
            user_id=user_id,
            store=store,
            messenger=messenger,
            clock=clock,
            zones=zones,
            rhythm=settings.rhythm,
        )
        names = Names(messenger, clock)
        capture_message = CaptureMessage(
            user_id=user_id,
            store=store,
            jobs=store,
            zones=zones,
            names=names,
            answered=open_prompts.answered,
        )
        home = home_parts(
            settings,
            store,
            messenger,
            zones,
            clock,
            pauses(user_id, store, clock),
            summarizer,
            git_commits(settings),
        )
        deliver = Deliver(
            jobs=store,
            messenger=messenger,
            clock=clock,
            owner=f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}",
            finished=home.home.changed,
            quiet=quiet(settings, user_id, store, messenger, clock),
            handlers={
                JobKind.PROMPT: PromptHandler(
                    messenger=messenger,
                    rhythm=settings.rhythm,
                    opened=open_prompts.sent if settings.is_on(Feature.BUTTONS) else None,
                ),
                JobKind.PRESS: PressHandler(
                    store=store,
                    messenger=messenger,
                    pauses=pauses(user_id, store, clock),
                    rhythm=settings.rhythm,
                    open_prompts=open_prompts,
                ),
                JobKind.SUMMARY: SummaryHandler(
                    messenger=messenger,
                    write_summary=summary_writer(settings, store, summarizer),
                    clock=clock,
                    rhythm=settings.rhythm,
                ),
                JobKind.WELCOME: WelcomeHandler(
                    messenger=messenger,
                    rhythm=settings.rhythm,
                    command=settings.companion_command if settings.is_on(Feature.COMMAND) else "",
                ),
                JobKind.REVIEW: ReviewHandler(
                    commits=git_commits(settings),
                    store=store,
                    messenger=messenger,
                    find_where=where_finder(settings, store, summarizer),
                    painter=painter(),
                    clock=clock,
                    rhythm=settings.rhythm,
                ),
                JobKind.ASK: AskHandler(
                    messenger=messenger,
                    ask=asker(settings, store, summarizer),
                    clock=clock,
                    rhythm=settings.rhythm,
                ),
                JobKind.STANDUP: StandupHandler(
                    messenger=messenger,
                    make=standup_maker(settings, store, summarizer),
                    clock=clock,
                ),
                JobKind.WHERE: WhereHandler(
                    messenger=messenger,
                    find_where=where_finder(settings, store, summarizer),
                    clock=clock,
                    rhythm=settings.rhythm,
                ),
            },
        )
        yield Companion(
            user_id=user_id,
            store=store,
            messenger=messenger,
            capture_command=command_capture(
                settings,
                store,
                clock,
                lambda user: zones.zone if user == user_id else settings.companion_timezone,
            ),
            capture_message=capture_message,
            warnings=warnings,
            open_prompts=open_prompts,
            take_press=TakePress(
                user_id=user_id,
                store=store,
                clock=clock,
                zones=zones,
                rhythm=settings.rhythm,
                open_prompts=open_prompts,
            ),
            finish_press=FinishPress(
                store=store, deliver=deliver, open_prompts=open_prompts, clock=clock
            ),
            interactions=interactions(),
            names=names,
            home=home,
            responder=responder(),
            read_back=ReadBack(
                user_id=user_id,
                store=store,
                messenger=messenger,
                capture=capture_message,
                missing=missing_messages(user_id, store, clock),
                clock=clock,
                found_open=open_prompts.read,
                too_long=warnings.too_long,
                kept=warnings.take_back,
            ),
            day=Day(
                user_id=user_id,
                store=store,
                jobs=store,
                known_jobs=KnownJobs(user_id=user_id, jobs=store),
                deliver=deliver,
                pauses=pauses(user_id, store, clock),
                zones=zones,
                clock=clock,
                rng=rng,
                rhythm=settings.rhythm,
                look=open_prompts.close,
            ),
            welcome=Welcome(
                user_id=user_id,
                store=store,
                jobs=store,
                deliver=deliver,
                zones=zones,
                clock=clock,
            ),
            share_times=ShareTimes(
                user_id=user_id,
                store=store,
                zones=zones,
                clock=clock,
                rhythm=settings.rhythm,
            ),
            read_event=partial(read_event, user_id=user_id),
            slack_text=slack_text(),
            clock=clock,
            status=StatusFile(status_path(settings.companion_db), clock),
        )


def slack_text() -> SlackText:
    """How Slack writes what people type."""
    from companion.adapters.slack import text

    return text


def socket_mode(app_token: str, api_url: str) -> SocketMode:
    """The daemon's way to Slack."""
    from companion.adapters.slack.socket import SlackSocketMode

    return SlackSocketMode(app_token, api_url)


def ticking(
    work: Callable[[], Awaitable[object]], every: timedelta, timeout_s: float
) -> AbstractAsyncContextManager[None]:
    """Runs `work` at that interval, while the block lasts."""
    from companion.adapters.schedule import ticking

    return ticking(work, every, timeout_s)


# Identities, and where the person is.


def new_id() -> UUID:
    """An identity for what has none of its own."""
    return uuid4()


def terminal_zone(settings: Settings) -> ZoneInfo:
    """The zone of the person at this machine."""
    return settings.companion_timezone or machine_zone()


def machine_zone() -> ZoneInfo:
    """The zone that this machine is set to; UTC where that cannot be told."""
    from tzlocal import get_localzone_name

    try:
        return ZoneInfo(get_localzone_name())
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        return ZoneInfo("UTC")


def _secret(value: "SecretStr | None") -> str | None:
    return value.get_secret_value() if value else None
