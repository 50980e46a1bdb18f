"""Groups of commands; each command is imported when it is called."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from companion.entrypoints.cli.support.errors import INTERRUPTED, fail
from companion.entrypoints.cli.support.output import end_output, output_error
from companion.texts import terminal as texts

COMMANDS = __package__.rpartition(".")[0]
"""The package whose modules a place names."""


class Commands(Mapping[str, click.Command]):
    """Commands by name, imported on first use. A place is `module:attribute`."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(":")
        command = getattr(import_module(f"{COMMANDS}.{module}"), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 -- a test asks for each of them
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Group(click.Group):
    """A group of commands that are imported when they are called."""

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands = Commands(places)  # type: ignore[assignment]  # click only reads it


_MEANT = {
    "list": "entries",
    "ls": "entries",
    "show": "entries",
    "add": "log",
    "new": "log",
    "find": "search",
    "grep": "search",
    "rm": "delete",
    "remove": "delete",
    "config": "settings",
    "start": "daemon",
}
"""What people type, and what it is called here. click itself suggests names that are similar."""


@click.command("help", hidden=True)
@click.argument("words", metavar="COMMAND...", nargs=-1)
@click.pass_context
def _help(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show the help, of all or of one command."""
    root = ctx.find_root()
    root.command.main([*words, "--help"], prog_name=root.info_name)


class Root(Group):
    """The group of all commands: turns errors into messages and exit statuses, and lists the
    commands by section."""

    def __init__(
        self, *args: Any, sections: Mapping[str, Mapping[str, str]], **kwargs: Any
    ) -> None:
        places = {name: place for section in sections.values() for name, place in section.items()}
        super().__init__(*args, places=places, **kwargs)
        self._sections = sections

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _help if cmd_name == "help" else super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if meant := _MEANT.get(args[0]):
            raise click.UsageError(texts.NO_SUCH_COMMAND.format(typed=args[0], meant=meant), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, self.commands))
        for heading, names in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (name.ljust(widest), self.commands[name].get_short_help_str(80))
                        for name in names
                    ]
                )

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except OSError as error:  # from --help and --version
            raise click.exceptions.Exit(end_output(error)) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if lost := output_error():
                ctx.exit(end_output(lost))
            fail(error)
