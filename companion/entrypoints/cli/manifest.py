"""`companion manifest`: a Slack app's manifest, for Slack's form."""

import click

from companion.domain.manifest import (
    COMMAND,
    App,
    as_yaml,
    command_problem,
    manifest,
    name_problem,
    web_url_problem,
)
from companion.entrypoints.cli.support.options import example
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
    default=COMMAND,
    show_default=True,
    help="The slash command (web, single).",
)
@click.option("--name", metavar="NAME", default="", help="Another name for the app.")
def manifest_command(app: str, url: str | None, command: str, name: str) -> None:
    """Print the manifest that Slack creates an app from.

    `single` is the one app for one computer. With a webhook there are two: `web` has the slash
    command, `daemon` the direct message. Paste it at api.slack.com/apps, Create New App, From a
    manifest.
    """
    which = App(app)
    problems = [
        *((web_url_problem(url),) if which is App.WEB else ()),
        command_problem(command),
        name_problem(name),
    ]
    if which is not App.WEB and url:
        problems.append(texts.URL_IS_FOR_WEB.format(app=app))
    if problem := next(filter(None, problems), None):
        raise click.UsageError(problem)
    click.echo(as_yaml(manifest(which, name=name, command=command, url=url or "")), nl=False)
