"""`companion llm`: llm's own command line, also where only `companion` is on the PATH."""

import gc

import click

from companion.entrypoints.cli.support.settings import file_to_read


class PassThrough(click.Command):
    """A command that leaves all its arguments, `--help` and `--` too, to somebody else."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = args
        return args


@click.command(cls=PassThrough)
@click.pass_context
def llm(ctx: click.Context) -> None:
    """Store models' keys and list models: llm's own command line."""
    from companion.bootstrap import hand_over_to_libraries
    from companion.settings import Settings, usable_settings

    # Its file may have the address of a model's host. What is wrong with it does not matter here.
    hand_over_to_libraries(usable_settings(Settings, env_file=file_to_read())[0])

    from llm.cli import cli

    gc.enable()  # a chat is long
    cli.main(args=ctx.args, prog_name=ctx.command_path)
