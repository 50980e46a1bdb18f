"""`companion completion`: the shell script that completes our commands, made by click."""

import click

from companion.entrypoints.cli.support.options import example

SHELLS = ("bash", "zsh", "fish")


@click.command(epilog=example('eval "$(companion completion zsh)"'))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that completes our commands with Tab.

    \b
    bash  into ~/.bashrc:  eval "$(companion completion bash)"
    zsh   into ~/.zshrc:   eval "$(companion completion zsh)"
    fish  once:  companion completion fish > ~/.config/fish/completions/companion.fish

    It works in the next shell where `companion` is on the PATH: in a checkout after
    `source .venv/bin/activate`, or everywhere after `uv tool install .`
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 -- click has all three
    click.echo(kind(ctx.find_root().command, {}, "companion", "_COMPANION_COMPLETE").source())
