"""`companion manifest`: the Slack apps, for Slack's own form."""

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


@click.command(
    "manifest",
    epilog=example(
        "companion manifest single",
        "companion manifest web --url https://companion.fly.dev",
    ),
)
@click.argument("app", type=click.Choice([app.value for app in App]), metavar="web|daemon|single")
@click.option("--url", metavar="URL", help="Where the webhook is reached (web, which needs it).")
@click.option(
    "--command",
    metavar="/NAME",
    default=COMMAND,
    show_default=True,
    help="The slash command (web, single).",
)
@click.option("--name", metavar="NAME", default="", help="The app's name, where yours is taken.")
def manifest_command(app: str, url: str | None, command: str, name: str) -> None:
    """Print a Slack app's manifest, to create the app from.

    `single` is the one app of a Mac alone. With a webhook there are two: `web` has the slash
    command, `daemon` the direct message. At api.slack.com/apps, Create New App, From a manifest.
    """
    which = App(app)
    problems = [
        *((web_url_problem(url),) if which is App.WEB else ()),
        command_problem(command),
        name_problem(name),
    ]
    if which is not App.WEB and url:
        problems.append(f"--url is for the web app alone: {app} has no address.")
    if problem := next(filter(None, problems), None):
        raise click.UsageError(problem)
    click.echo(as_yaml(manifest(which, name=name, command=command, url=url or "")), nl=False)
