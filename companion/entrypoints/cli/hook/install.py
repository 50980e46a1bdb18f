"""`companion hook install`: let git or a shell call this program."""

import click

from companion.entrypoints.cli.hook.places import GIT, hook_options, named_hook, shell_of
from companion.entrypoints.cli.support.errors import Misused
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import file_to_read
from companion.entrypoints.terminal import as_typed, note, show
from companion.texts import hooks as texts


@click.command(
    epilog=example(
        "companion hook install git",
        "companion hook install git --global",
        "companion hook install shell",
        "companion hook install zsh --print",
    )
)
@hook_options
@click.option("--print", "only_print", is_flag=True, help="For a shell: only show the lines.")
@click.pass_context
def install(ctx: click.Context, kind: str, everywhere: bool, only_print: bool) -> None:
    """Log the subject of each commit, or show where you left off in the shell.

    `git` is for the repository that you stand in. A hook that is there already goes on working. A
    commit never waits for it and never fails by it: where nothing can be stored, that commit is
    not logged. Rebased, cherry-picked and amended commits are not logged again.

    `shell` is for your own shell ($SHELL). It looks for a file of ours at each prompt, and runs
    this program once a day at most for each repository.
    """
    from companion.bootstrap.surroundings import own_program
    from companion.domain.computer.surroundings import is_temporary

    machine = machine_of(ctx)
    if is_temporary(machine.installation, machine.environ):
        raise Misused(texts.TEMPORARY_INSTALLATION.format(folder=machine.installation))
    file = file_to_read()
    program = (*own_program(), *(("--env-file", str(file.absolute())) if file.exists() else ()))
    hook = named_hook(kind, everywhere, program)
    if only_print:
        if kind == GIT:
            raise click.UsageError(texts.ONLY_SHELLS_ARE_PRINTED)
        show(hook.lines.rstrip())
        return
    hints = hook.install()
    if kind == GIT:
        text = texts.GIT_INSTALLED_EVERYWHERE if everywhere else texts.GIT_INSTALLED
        click.echo(as_typed(text.format(file=hook.file)))
    else:
        click.echo(as_typed(texts.SHELL_INSTALLED.format(shell=shell_of(kind), file=hook.file)))
    for hint in hints:
        note(hint)
