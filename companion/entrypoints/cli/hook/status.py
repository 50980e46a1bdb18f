"""`companion hook status`: which hooks are installed."""

import click

from companion.entrypoints.cli.hook.places import GIT, named_hook
from companion.entrypoints.cli.support.options import example
from companion.errors import HookError
from companion.texts import hooks as texts


@click.command(epilog=example("companion hook status"))
def status() -> None:
    """Show which hooks are installed: here, for new repositories, and in each shell."""
    from companion.bootstrap.surroundings import own_program
    from companion.domain.hooks.shell_hook import Shell

    asked = {
        texts.GIT_HERE: (GIT, False),
        texts.GIT_NEW: (GIT, True),
        **{shell.value: (shell.value, False) for shell in Shell},
    }
    for name, (kind, everywhere) in asked.items():
        try:
            hook = named_hook(kind, everywhere, own_program())
            text = texts.STATE_ON if hook.is_installed() else texts.STATE_OFF
            click.echo(text.format(name=name, file=hook.file))
        except HookError as error:
            click.echo(texts.STATE_UNKNOWN.format(name=name, problem=error))
