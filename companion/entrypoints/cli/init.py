"""`companion init`: set everything up, step by step."""

import os
import sys
from collections.abc import Callable
from typing import IO, Any

import click

from companion.entrypoints.cli.support.errors import INTERRUPTED, Misused
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import file_to_write
from companion.entrypoints.terminal import note
from companion.texts import terminal as texts

_FILES = {
    "bot_token_file": "SLACK_BOT_TOKEN",
    "app_token_file": "SLACK_APP_TOKEN",
    "signing_secret_file": "SLACK_SIGNING_SECRET",
    "web_bot_token_file": "SLACK_WEB_BOT_TOKEN",
}
_FLY_ALONE = (
    "region",
    "table",
    "create_table",
    "webhook_url",
    "signing_secret_file",
    "web_bot_token_file",
)
_VALUES = {
    "region": "AWS_REGION",
    "table": "DYNAMODB_TABLE",
    "webhook_url": "COMPANION_WEBHOOK_URL",
    "command": "COMPANION_LOG_COMMAND",
    "companion_command": "COMPANION_COMMAND",
    "model": "LLM_MODEL",
    "work_days": "COMPANION_WORK_DAYS",
    "work_hours": "COMPANION_WORK_HOURS",
    "summary_time": "COMPANION_SUMMARY_TIME",
    "time_zone": "COMPANION_TIMEZONE",
}


def _secret_file[F: Callable[..., object]](name: str, what: str) -> Callable[[F], F]:
    return click.option(
        name, type=click.File(), metavar="FILE", help=f"A file with {what}; - is standard input."
    )


@click.command(
    epilog=example(
        "companion init",
        "SLACK_BOT_TOKEN=… SLACK_APP_TOKEN=… companion init --way mac --user ada </dev/null",
    )
)
@click.option("--way", type=click.Choice(["mac", "fly"]), help="One computer, or one and Fly.io.")
@_secret_file("--bot-token-file", "SLACK_BOT_TOKEN")
@_secret_file("--app-token-file", "SLACK_APP_TOKEN")
@_secret_file("--signing-secret-file", "SLACK_SIGNING_SECRET")
@_secret_file("--web-bot-token-file", "SLACK_WEB_BOT_TOKEN")
@click.option("--user", metavar="WHO", default="", help="Your name or member ID in Slack.")
@click.option("--region", metavar="NAME", help="The table's AWS region.")
@click.option("--table", metavar="NAME", help="The DynamoDB table.")
@click.option("--create-table/--no-create-table", default=None, help="Create it if it is missing.")
@click.option("--webhook-url", metavar="URL", help="Such as https://companion.fly.dev.")
@click.option("--model", metavar="NAME", help="One that `companion llm models` lists.")
@click.option("--try-model/--no-try-model", default=None, help="Ask the model for one word.")
@click.option("--work-days", metavar="DAYS", help="Such as mon-fri.")
@click.option("--work-hours", metavar="HOURS", help="Such as 09:00-17:00.")
@click.option("--summary-time", metavar="TIME", help="Such as 08:30.")
@click.option("--time-zone", metavar="ZONE", help="Such as Europe/Berlin.")
@click.option(
    "--keychain/--no-keychain", default=None, help="Store secrets there, not in the file."
)
@click.option("--command", metavar="/NAME", help="What /log is called, if not that.")
@click.option("--companion-command", metavar="/NAME", help="What /companion is called.")
@click.option("--browser/--no-browser", default=None, help="Open Slack's forms.")
def init(
    way: str | None,
    user: str,
    create_table: bool | None,
    try_model: bool | None,
    keychain: bool | None,
    browser: bool | None,
    **given: Any,
) -> None:
    """Set everything up, step by step: Slack, the store, the model, your days.

    It asks for what it needs, checks each answer, and writes it at once into the settings file,
    which only you can read. You can stop with Ctrl-C at any time; the next run goes on from there
    and offers what is set.

    Secrets are not shown as you type. They may also come from the environment, the settings file
    or other files, but not from options: others can read a command line. Without a terminal
    nothing is asked, and everything that is missing is named.
    """
    from companion.bootstrap.surroundings import settings_file
    from companion.entrypoints.setup import (
        Answers,
        Deployment,
        Dialogue,
        Setup,
        SetupOptions,
        checked_setting,
        missing_settings,
        run_setup,
    )

    for option in _FLY_ALONE if way == "mac" else ():
        if (given | {"create_table": create_table})[option]:
            flag = f"--{option.replace('_', '-')}"
            raise click.UsageError(texts.FLY_OPTION.format(option=flag))
    values = {name: given[option] for option, name in _VALUES.items() if given[option]}
    for name, value in values.items():
        checked_setting(name)(value)
    values |= {name: _read(given[option]) for option, name in _FILES.items() if given[option]}
    options = SetupOptions(
        deployment=Deployment(way) if way else None,
        values=values,
        user=user,
        keychain=keychain,
        create_table=create_table,
        try_model=try_model,
        browser=browser,
    )
    file = file_to_write()
    answers = Answers(settings_file(file), os.environ)
    dialogue = Dialogue(sys.stdin.isatty() and sys.stdout.isatty())
    if not dialogue.attended and (missing := missing_settings(options, answers)):
        raise Misused(
            texts.CANNOT_ASK.format(file=file) + "\n" + "\n".join(f"  {each}" for each in missing)
        )
    dialogue.say(texts.INIT_WRITES.format(file=file))
    dialogue.say(texts.INIT_HINT)
    dialogue.say()
    try:
        run_setup(Setup(dialogue=dialogue, answers=answers, options=options))
    except (click.Abort, KeyboardInterrupt):
        note(texts.INIT_STOPPED)
        raise SystemExit(INTERRUPTED) from None


def _read(file: IO[str]) -> str:
    try:
        return file.read().strip()
    except (OSError, UnicodeError):
        raise click.UsageError(texts.SECRET_IS_NOT_TEXT.format(file=file.name)) from None
