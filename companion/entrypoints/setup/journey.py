"""The way through all steps, and what they share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from companion.domain.manifest import COMMAND
from companion.entrypoints.setup.answers import Answers
from companion.entrypoints.setup.dialogue import Dialogue
from companion.errors import CompanionError, SettingsError, UsageError
from companion.settings import Settings, load_settings

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from companion.adapters.slack_checks import BotIdentity


class Way(StrEnum):
    """Where it runs."""

    MAC = "mac"
    FLY = "fly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was said on the command line, which is not asked again."""

    way: Way | None = None
    values: dict[str, str] = field(default_factory=dict)
    """By the names of settings."""
    user: str = ""
    command: str = COMMAND
    keychain: bool | None = None
    create_table: bool | None = None
    try_model: bool | None = None
    browser: bool | None = None


@dataclass(slots=True, kw_only=True)
class Journey:
    """One setting up: who is asked, what is known, and what the steps found out on the way."""

    talk: Dialogue
    answers: Answers
    given: Given
    way: Way = Way.MAC
    bot: "BotIdentity | None" = None

    def present(self, name: str) -> str:
        """What was given for a setting, or is set already."""
        return self.given.values.get(name) or self.answers.get(name)

    def slack(self, token: str) -> "AsyncWebClient":
        """Slack, with that token."""
        from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

        from companion.adapters.slack import web_client

        url = self.answers.get("SLACK_API_URL") or Settings().slack_api_url
        return web_client(token, url, AsyncRateLimitErrorRetryHandler(2))

    def settle[T](
        self,
        name: str,
        question: str,
        check: Callable[[str], T],
        *,
        default: str = "",
        hidden: bool = False,
        introduce: Callable[[], None] = lambda: None,
    ) -> T:
        """Have a setting that passes the check, and keep it; what the check found.

        What is given or set is offered as it is, if it passes. Otherwise it is asked for, after
        an introduction, until it does; unattended, the check's error is raised.
        """
        present, passed = self.present(name), None
        if present:
            try:
                passed = (check(present),)
            except CompanionError as error:
                if not self.talk.attended:
                    raise
                self.talk.problem(f"{name} is set, but: {error}")
        if passed is None:
            introduce()
        elif not self.talk.attended or name in self.given.values:
            self.answers.keep(**{name: present})
            return passed[0]
        if hidden:
            enter = "keeps what is set" if passed else "tries what is set again"
            question = f"{question} (hidden{f'; Enter {enter}' if present else ''})"
        while True:
            typed = self.talk.ask(question, present or default, hidden=hidden)
            typed = typed or present  # what is hidden has no default that shows
            if not typed:
                self.talk.problem("This one is needed.")
                continue
            try:
                found = passed if passed and typed == present else (check(typed),)
            except CompanionError as error:
                self.talk.problem(str(error))
                continue
            self.answers.keep(**{name: typed})
            return found[0]


def valid(name: str) -> Callable[[str], str]:
    """A check of a setting by the settings' own rules: the value as it was typed."""

    def check(value: str) -> str:
        try:
            load_settings(env_file=None, **{name.lower(): value})
        except SettingsError as error:
            # Others that are wrong are not what was asked for.
            for problem in error.problems:
                if problem.startswith(name):
                    text = problem.removeprefix(name).removeprefix(":").strip()
                    raise UsageError(f"That {text}" if text.startswith("is ") else text) from None
        return value

    return check


def missing(given: Given, answers: Answers) -> list[str]:
    """What has to be given where nobody can be asked, all of it, each with the way to give it."""
    needed = {
        "SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN, or --bot-token-file",
        "SLACK_APP_TOKEN": "SLACK_APP_TOKEN, or --app-token-file",
    }
    if given.way is Way.FLY:
        needed["SLACK_SIGNING_SECRET"] = "SLACK_SIGNING_SECRET, or --signing-secret-file"  # noqa: S105
    lacking = [
        text for name, text in needed.items() if not (given.values.get(name) or answers.get(name))
    ]
    way = [] if given.way else ["--way mac, or --way fly"]
    user = [] if given.user or answers.get("SLACK_USER_ID") else ["SLACK_USER_ID, or --user"]
    return [*way, *lacking, *user]


def travel(it: Journey) -> None:
    """All steps, in their order. CompanionError where something is wrong and nobody is there."""
    from companion.entrypoints.setup import days, model, slack_apps, storage, user, ways

    steps: list[Callable[[Journey], Any]] = [
        ways.choose_way,
        ways.choose_place_for_secrets,
        storage.set_up_storage,
        slack_apps.set_up_direct_message,
        slack_apps.set_up_command,
        user.find_user,
        model.choose_model,
        days.set_up_days,
        ways.tell_what_is_next,
    ]
    it.answers.file.protect()
    for step in steps:
        step(it)
