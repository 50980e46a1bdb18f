"""What all steps share: who is asked, what is known, and what earlier steps found out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from companion.bootstrap.surroundings import slack_account
from companion.domain.manifest import CommandNames
from companion.domain.person import BotIdentity
from companion.entrypoints.setup.answers import Answers
from companion.entrypoints.setup.dialogue import Dialogue
from companion.errors import CompanionError, SettingsError, UsageError
from companion.ports import SlackAccount
from companion.settings import (
    DaemonAndWebhookSettings,
    DaemonSettings,
    Settings,
    load_settings,
)
from companion.texts import setup as texts

RATE_LIMIT_RETRIES = 2
NONE = "-"
"""What is typed to unset what may stay unset."""
STORE_SETTINGS = (
    "companion_db",
    "dynamodb_table",
    "aws_region",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_endpoint_url_dynamodb",
)


class Deployment(StrEnum):
    """Where it runs."""

    MAC = "mac"
    FLY = "fly"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupOptions:
    """What was given on the command line, and is not asked again."""

    deployment: Deployment | None = None
    values: dict[str, str] = field(default_factory=dict)
    """By the names of settings."""
    user: str = ""
    keychain: bool | None = None
    create_table: bool | None = None
    try_model: bool | None = None
    browser: bool | None = None


@dataclass(slots=True, kw_only=True)
class Setup:
    """One run of `companion init`."""

    dialogue: Dialogue
    answers: Answers
    options: SetupOptions
    deployment: Deployment = Deployment.MAC
    bot: BotIdentity | None = None

    def present(self, name: str) -> str:
        """What was given for a setting, or is set already; empty if neither."""
        return self.options.values.get(name) or self.answers.get(name)

    @property
    def commands(self) -> CommandNames:
        """What the slash commands are called: as given, or as it is set already."""
        names = {"log": "COMPANION_LOG_COMMAND", "companion": "COMPANION_COMMAND"}
        known = {each: self.present(name) for each, name in names.items()}
        return CommandNames(**{each: name for each, name in known.items() if name})

    def settings(self) -> Settings:
        """Where entries are stored, by the answers so far."""
        values = {name: self.answers.get(name.upper()) for name in STORE_SETTINGS}
        given = {name: value for name, value in values.items() if value}
        return load_settings(Settings, env_file=None, **given)

    def slack(self, token: str) -> SlackAccount:
        """Slack, with that bot token."""
        url = self.answers.get("SLACK_API_URL") or Settings().slack_api_url
        return slack_account(token, url, RATE_LIMIT_RETRIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question[T]:
    """A setting to ask for. `check` raises CompanionError for what cannot be used; what it
    returns is what it found out."""

    name: str
    text: str
    check: Callable[[str], T]
    default: str = ""
    hidden: bool = False
    optional: bool = False
    """Whether it may stay unset: by Enter alone where nothing is set, and else by a `-`. `check` is
    then given an empty text."""
    introduce: Callable[[], None] = lambda: None
    """Called before the first question, if nothing that passes the check is set."""


def settle[T](setup: Setup, question: Question[T]) -> T:
    """Have a setting that passes its check, and keep it; what the check found.

    What is given or set already is offered if it passes. Otherwise the person is asked until it
    does; unattended, the check's error is raised.
    """
    name, present = question.name, setup.present(question.name)
    passed = _check_present(setup, question, present)
    if passed is None:
        question.introduce()
    elif not setup.dialogue.attended or name in setup.options.values:
        setup.answers.keep(**{name: present})
        return passed[0]
    while True:
        typed = _ask(setup, question, present, known_good=passed is not None)
        if question.optional and typed == NONE:
            typed = ""
        elif not typed and not question.optional:
            setup.dialogue.problem(texts.NEEDED)
            continue
        try:
            found = passed if passed and typed == present else (question.check(typed),)
        except CompanionError as error:
            setup.dialogue.problem(str(error))
            continue
        setup.answers.keep(**{name: typed})
        return found[0]


def _check_present[T](setup: Setup, question: Question[T], present: str) -> tuple[T] | None:
    """What the check found about a value that is there already; None if it cannot be used."""
    if not present:
        return None
    try:
        return (question.check(present),)
    except CompanionError as error:
        if not setup.dialogue.attended:
            raise
        setup.dialogue.problem(texts.SET_BUT_WRONG.format(name=question.name, error=error))
        return None


def _ask[T](setup: Setup, question: Question[T], present: str, *, known_good: bool) -> str:
    text = question.text
    if question.hidden:
        text += texts.HIDDEN.format(enter=_what_enter_does(question, present, known_good))
    typed = setup.dialogue.ask(text, present or question.default, hidden=question.hidden)
    return typed or present  # a hidden answer has no default that shows


def _what_enter_does[T](question: Question[T], present: str, known_good: bool) -> str:
    if not present:
        return texts.ENTER_SKIPS if question.optional else ""
    enter = texts.ENTER_KEEPS if known_good else texts.ENTER_TRIES_AGAIN
    return enter + (texts.OR_NONE.format(none=NONE) if question.optional else "")


def checked_setting(name: str) -> Callable[[str], str]:
    """A check of a setting by the settings' own rules: the value as it was typed."""

    def check(value: str) -> str:
        try:
            load_settings(Settings, env_file=None, **{name.lower(): value})
        except SettingsError as error:
            # Other settings that are wrong were not asked for.
            for problem in error.problems:
                if problem.startswith(name):
                    text = problem.removeprefix(name).removeprefix(":").strip()
                    raise UsageError(f"That {text}" if text.startswith("is ") else text) from None
        return value

    return check


def missing_settings(options: SetupOptions, answers: Answers) -> list[str]:
    """All that has to be given where nobody can be asked, each with the way to give it."""
    fly = options.deployment is Deployment.FLY
    needed = (DaemonAndWebhookSettings if fly else DaemonSettings).needed()
    given = options.values | ({"SLACK_USER_ID": options.user} if options.user else {})
    missing = [
        texts.WAYS_TO_GIVE[name]
        for name in map(str.upper, needed)
        if not (given.get(name) or answers.get(name))
    ]
    way = [] if options.deployment else [texts.GIVE_WAY]
    return [*way, *missing]
