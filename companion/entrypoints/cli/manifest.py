"""`companion manifest`: the Slack apps, for Slack's own form."""

import re
from typing import Any

import click

from companion.domain.manifest import COMMAND, NAME_LIMIT, App, manifest
from companion.entrypoints.cli.shell import example

NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="
"""https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests, “Sharing manifests”."""


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


def web_url_problem(url: str | None) -> str | None:
    """What is wrong with the address of the webhook, if anything."""
    if not url:
        return "The web app needs --url, such as https://companion.fly.dev."
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?/?", url, re.ASCII):
        return f"{url!r} is no address of a webhook: write it like https://companion.fly.dev."
    return None


def command_problem(command: str) -> str | None:
    """What is wrong with the name of the slash command, if anything."""
    if re.fullmatch(r"/[a-z0-9_-]{1,31}", command, re.ASCII):
        return None
    return f"{command!r} is no slash command: / and up to 31 of a-z, 0-9, _ and -."


def name_problem(name: str) -> str | None:
    """What is wrong with the name of an app, if anything; an empty one means the usual one."""
    if len(name) <= NAME_LIMIT and name.isprintable():
        return None
    return f"An app's name has at most {NAME_LIMIT} characters."


def as_yaml(data: dict[str, Any]) -> str:
    """YAML in the order in which the data is."""
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def creation_link(data: dict[str, Any]) -> str:
    """Opens Slack's form for a new app, filled in."""
    from urllib.parse import quote

    return NEW_APP + quote(as_yaml(data), safe=":/,")  # these need no escape in a query
