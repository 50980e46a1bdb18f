"""`companion settings`: every setting, its value, and where it comes from."""

import os
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Misused
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import file_to_read
from companion.entrypoints.terminal import as_typed, complain, note, visible
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.settings.listing import ListedSetting


@click.command(epilog=example("companion settings", "companion settings --format json"))
@format_option
def settings(output: str) -> None:
    """Show every setting, its value, and where it comes from.

    The environment goes before the settings file, and the keychain comes last. Secrets are
    masked.
    """
    from companion.settings.listing import list_settings
    from companion.settings.names import unknown_names

    file = file_to_read()
    listed, problems = list_settings(file)
    if output == "json":
        import json
        from dataclasses import asdict

        rows = [asdict(each) for each in listed]
        found = {"file": str(file), "exists": file.exists(), "settings": rows}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        heading = texts.SETTINGS_FILE if file.exists() else texts.NO_SETTINGS_FILE
        click.echo(as_typed(heading.format(file=file)))
        width = max(len(each.name) for each in listed)
        for each in listed:
            click.echo(f"{each.name:{width}}  {each.origin:{len('environment')}}  {_value(each)}")
    for unknown in unknown_names(os.environ, file):
        note(str(unknown))
    for problem in problems:
        complain(problem)
    if problems:
        raise Misused


def _value(listed: "ListedSetting") -> str:
    if listed.value is not None:
        return visible(listed.value)
    return texts.NOT_GIVEN if listed.origin == "keychain" else texts.NOT_SET
