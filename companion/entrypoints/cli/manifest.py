"""`companion manifest`: a Slack app's manifest, for Slack's form."""

import click

from companion.domain.manifest import (
    App,
    CommandNames,
    as_yaml,
    command_problem,
    manifest,
    name_problem,
    web_url_problem,
)
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import file_to_read
from companion.texts import terminal as texts


@click.command(
    "manifest",
    epilog=example(
        "companion manifest single",
        "companion manifest web --url https://companion.fly.dev",
    ),
)
@click.argument("app", type=click.Choice([app.value for app in App]), metavar="web|daemon|single")
@click.option("--url", metavar="URL", help="The address of the webhook (web needs it).")
@click.option(
    "--command",
    metavar="/NAME",
    help="What /log is called, if not as in your settings (web, single).",
)
@click.option(
    "--companion-command",
    metavar="/NAME",
    help="What /companion is called, if not as in your settings.",
)
@click.option("--name", metavar="NAME", default="", help="Another name for the app.")
def manifest_command(
    app: str, url: str | None, command: str | None, companion_command: str | None, name: str
) -> None:
    """Print the manifest that Slack creates an app from.

    `single` is the one app for one computer. With a webhook there are two: `web` has the slash
    commands, `daemon` the direct message. Paste it at api.slack.com/apps, Create New App, From a
    manifest.
    """
    which, commands = App(app), _commands(command, companion_command)
    problems = [
        *((web_url_problem(url),) if which is App.WEB else ()),
        command_problem(commands.log),
        command_problem(commands.companion),
        name_problem(name),
    ]
    if which is not App.WEB and url:
        problems.append(texts.URL_IS_FOR_WEB.format(app=app))
    if problem := next(filter(None, problems), None):
        raise click.UsageError(problem)
    click.echo(as_yaml(manifest(which, name=name, commands=commands, url=url or "")), nl=False)


def _commands(log: str | None, companion: str | None) -> CommandNames:
    """As they are given, else as the settings name them."""
    from companion.settings import Settings, usable_settings

    settings, _ = usable_settings(Settings, env_file=file_to_read())
    return CommandNames(
        log=log or settings.companion_log_command,
        companion=companion or settings.companion_command,
    )
