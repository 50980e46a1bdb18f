"""`companion completion`: what a shell needs to complete our commands, by click's own machinery."""

import click

from companion.entrypoints.cli.support.options import example

SHELLS = ("bash", "zsh", "fish")


@click.command(epilog=example('eval "$(companion completion zsh)"'))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete our commands with Tab.

    \b
    bash  into ~/.bashrc:  eval "$(companion completion bash)"
    zsh   into ~/.zshrc:   eval "$(companion completion zsh)"
    fish  once:  companion completion fish > ~/.config/fish/completions/companion.fish

    It takes effect in the next shell, wherever `companion` is on its PATH: in the checkout after
    `source .venv/bin/activate`, or everywhere after `uv tool install .`
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 -- click has all three
    click.echo(kind(ctx.find_root().command, {}, "companion", "_COMPANION_COMPLETE").source())
