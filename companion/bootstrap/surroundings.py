"""What setup, the doctor and some commands look at: accounts, files and this machine."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from companion.domain.computer.daemon_status import DaemonState, DaemonStatus, daemon_state
from companion.domain.computer.machine import Agent, Machine
from companion.domain.table import Role
from companion.ports import (
    Clock,
    Hook,
    Keychain,
    LoginService,
    SettingsFile,
    SlackAccount,
    Summarizer,
    WebhookProbe,
)
from companion.settings import Settings

if TYPE_CHECKING:
    from companion.domain.formats.slack_export import Words
    from companion.domain.hooks.shell_hook import Shell


def slack_account(token: str | None, api_url: str, retries: int = 0) -> SlackAccount:
    """Slack, as that bot token sees it."""
    from companion.adapters.slack.account import WebApiAccount
    from companion.adapters.slack.client import SlackClient

    return WebApiAccount(SlackClient(token, api_url, retries=retries))


def webhook_probe(timeout_s: float, user_id: str | None) -> WebhookProbe:
    """The webhook, from outside."""
    from companion.adapters.slack.webhook_probe import HttpWebhookProbe

    return HttpWebhookProbe(timeout_s, user_id)


def summarizer_for_one_try(model: str | None, timeout_s: float) -> Summarizer:
    """A model that is asked once, and not again when that fails."""
    from companion.adapters.summarizer import LlmSummarizer

    return LlmSummarizer(model, timeout_s, pauses_s=())


def check_model(model: str | None) -> str:
    """The id of the model that would be asked. SummarizerError if it, or its key, is missing.
    Blocks for about a second."""
    from companion.adapters.summarizer import check_model

    return check_model(model)


def model_keys() -> dict[str, str]:
    """The variables in which the installed models look for a key → the key's name in llm."""
    from companion.adapters.summarizer import model_keys

    return model_keys()


def stored_model_keys() -> frozenset[str]:
    """The names of the keys that `companion llm keys set` stored."""
    from companion.adapters.summarizer import stored_model_keys

    return stored_model_keys()


def keychain() -> Keychain:
    """The person's keychain."""
    from companion.adapters.keychain import SystemKeychain

    return SystemKeychain()


def settings_file(path: Path) -> SettingsFile:
    """The file that has the settings."""
    from companion.adapters.env_file import EnvFile

    return EnvFile(path)


def this_machine() -> Machine:
    """The machine that this process runs on."""
    from companion.adapters import login

    return login.this_machine()


def login_service(machine: Machine) -> LoginService:
    """What starts programs at login on that machine. LoginError if there is nothing we know."""
    from companion.adapters import login

    return login.login_service(machine)


def daemon_agent(machine: Machine, env_file: Path) -> Agent:
    """The daemon of this Python environment, to be started with that settings file."""
    from companion.adapters import login

    return login.daemon_agent(machine, env_file)


def own_program() -> tuple[str, ...]:
    """What starts this program, in whatever folder and shell."""
    from companion.adapters import login

    return login.own_program()


def git_hook(program: Sequence[str], folder: Path, *, everywhere: bool) -> Hook:
    """Git's hook in the repository around that folder, or in those that git will make."""
    from platformdirs import user_data_path

    from companion.adapters.hooks import GitHook

    return GitHook(
        program=program,
        folder=folder,
        environ=os.environ,
        template=user_data_path("companion-memory", appauthor=False) / "git-template",
        everywhere=everywhere,
    )


def shell_hook(program: Sequence[str], shell: "Shell") -> Hook:
    """The hook of a shell of this person's."""
    from platformdirs import user_state_path

    from companion.adapters.hooks import ShellHook

    return ShellHook(
        program=program,
        shell=shell,
        home=Path.home(),
        environ=os.environ,
        visits=user_state_path("companion-memory", appauthor=False) / "visits",
    )


def read_daemon_status(settings: Settings, clock: Clock) -> tuple[DaemonStatus | None, DaemonState]:
    """What this machine's daemon last said about itself, and what became of it."""
    from companion.adapters.status import process_exists, read_status, status_path

    status = read_status(status_path(settings.companion_db))
    alive = status is not None and process_exists(status.pid)
    return status, daemon_state(status, alive, clock.now())


def table_policy(role: Role, table: str, region: str) -> dict[str, Any]:
    """The smallest IAM policy for a role."""
    from companion.adapters.dynamodb.policy import policy

    return policy(role, table, region)


def sqlite_content(path: Path) -> bytes:
    """Everything in an SQLite file at one moment, as the bytes of a file of its own. Blocks."""
    from companion.adapters.sqlite import content_of

    return content_of(path)


def slack_words() -> "Words":
    """What a person said in a message of Slack's export."""
    from companion.adapters.slack.messages import said_from, wrote
    from companion.domain.mentions import with_names

    def words(message: Mapping[str, Any], user_id: str) -> str | None:
        payload = dict(message)
        if not wrote(payload, user_id):
            return None
        said = said_from(payload, "")
        return with_names(said.text, said.mentions)

    return words
