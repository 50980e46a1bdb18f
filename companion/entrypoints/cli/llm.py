"""`companion llm`: llm's own command line, also where only `companion` is on the PATH."""

import gc

import click


class PassThrough(click.Command):
    """A command that leaves all its arguments, `--help` and `--` too, to somebody else."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = args
        return args


@click.command(cls=PassThrough)
@click.pass_context
def llm(ctx: click.Context) -> None:
    """Store models' keys and list models: llm's own command line."""
    from llm.cli import cli

    gc.enable()  # a chat is long
    cli.main(args=ctx.args, prog_name=ctx.command_path)
