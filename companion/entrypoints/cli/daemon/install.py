"""`companion daemon install`: start the daemon now and at each login."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.domain.computer.surroundings import MODEL_KEYS, NETWORK, is_temporary, with_password
from companion.entrypoints.cli.support.errors import Misused
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import file_to_read, settings_for
from companion.entrypoints.terminal import as_typed, note
from companion.errors import SettingsError
from companion.texts import daemon as daemon_texts
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from companion.settings import Settings


NOT_THE_DAEMONS = {"COMPANION_WEBHOOK_URL", "PORT", "SLACK_SIGNING_SECRET"}


@click.command(epilog=example("companion daemon install"))
@click.pass_context
def install(ctx: click.Context) -> None:
    """Start the daemon now and at each login, with this settings file.

    launchd does this on a Mac, systemd on Linux. It restarts the daemon when it fails, but not
    when only a changed setting can help. Repeat this after a change in that file, and after an
    update.
    """
    from companion.bootstrap.surroundings import daemon_agent, login_service
    from companion.settings import DaemonSettings

    machine, file = machine_of(ctx), file_to_read()
    service = login_service(machine)
    if is_temporary(machine.installation, machine.environ):
        raise Misused(daemon_texts.TEMPORARY_INSTALLATION.format(folder=machine.installation))
    settings = settings_for(DaemonSettings)
    if problems := _only_in_this_shell(machine.environ, file, settings):
        raise SettingsError(problems, file)
    if names := with_password(machine.environ):
        raise Misused(daemon_texts.CREDENTIALS_IN_ADDRESS.format(names=", ".join(names)))
    agent = daemon_agent(machine, file)
    hints = service.install(agent)
    click.echo(texts.INSTALLED.format(service=service.name, file=file))
    click.echo(as_typed(texts.AFTER_INSTALL))
    if network := [name for name in NETWORK if name in agent.environment]:
        click.echo(daemon_texts.CARRIED_OVER.format(names=", ".join(network)))
    for hint in (*hints, *_keys_only_here(machine.environ, settings)):
        note(hint)


def _keys_only_here(environ: "Mapping[str, str]", settings: "Settings") -> list[str]:
    """What to do about models' keys that the daemon will not see."""
    from companion.bootstrap.surroundings import model_keys, stored_model_keys

    stored, keys = stored_model_keys(), MODEL_KEYS | model_keys()
    return [
        daemon_texts.KEY_ONLY_HERE.format(name=name, key=key)
        for name, key in sorted(keys.items())
        if environ.get(name) and key not in stored and name not in settings.for_libraries
    ]


def _only_in_this_shell(
    environ: "Mapping[str, str]", file: Path, settings: "Settings"
) -> list[str]:
    """The settings that the daemon would not see, or see differently, when started at login."""
    from companion.bootstrap.surroundings import settings_file
    from companion.settings import SETTINGS

    filed = {name.upper(): value for name, value in settings_file(file).read().items()}
    here = {name.upper(): value for name, value in environ.items() if value}
    settings_of_daemon = {name.upper() for name in SETTINGS} - NOT_THE_DAEMONS
    return [
        texts.ONLY_IN_THIS_SHELL.format(name=name, file=file)
        for name in sorted(settings_of_daemon & here.keys())
        if settings.dynamodb_table or not name.startswith("AWS_")
        if here[name] != filed.get(name)
    ]
