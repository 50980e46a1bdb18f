"""`companion hook uninstall`: take our lines out again."""

import click

from companion.entrypoints.cli.hook.places import hook_options, named_hook
from companion.entrypoints.cli.support.options import example
from companion.texts import hooks as texts


@click.command(epilog=example("companion hook uninstall git", "companion hook uninstall shell"))
@hook_options
def uninstall(kind: str, everywhere: bool) -> None:
    """Remove exactly what `install` wrote; what was there before stays or comes back.

    `git --global` ends it for new repositories. Those that have the hook keep it until you
    remove it in each.
    """
    from companion.bootstrap.surroundings import own_program

    hook = named_hook(kind, everywhere, own_program())
    file = hook.file
    text = texts.UNINSTALLED if hook.uninstall() else texts.NOT_INSTALLED
    click.echo(text.format(file=file))
