"""What every command shares: how it fails, how it is shown in help, how it runs."""

import gc
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from companion.errors import CompanionError, SettingsError, UsageError

if TYPE_CHECKING:
    from companion.settings import Settings

INTERRUPTED = 130
# Somebody's text must not give orders to the terminal.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
del _CONTROLS[ord("\n")], _CONTROLS[ord("\t")]


class Failed(click.ClickException):
    """The command did not do it; no message where it has said why already."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(message)

    def show(self, file: Any = None) -> None:
        if self.message:
            complain(self.message)


class Misused(Failed):
    """What was typed or set has to change."""

    exit_code = 2


class Commands(Mapping[str, click.Command]):
    """Commands by name, each imported when it is asked for. A place is `module:attribute`."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(":")
        command = getattr(import_module(f"{__package__}.{module}"), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 -- a test asks for each of them
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Root(click.Group):
    """The group of all commands: it turns errors into words and exit statuses, and shows the
    commands in sections."""

    def __init__(
        self, *args: Any, sections: Mapping[str, Mapping[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sections = sections
        places = {name: place for section in sections.values() for name, place in section.items()}
        self.commands = Commands(places)  # type: ignore[assignment]  # click only reads it

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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            _fail(error)


def _fail(error: Exception) -> NoReturn:
    causes = list(leaves(error))
    known = [cause for cause in causes if isinstance(cause, CompanionError)]
    if known and len(known) == len(causes):
        misused = isinstance(known[0], SettingsError | UsageError)
        raise (Misused if misused else Failed)(str(known[0])) from None
    # Its own words may hold what somebody said; whoever asks for details gets them.
    unexpected = next(cause for cause in causes if not isinstance(cause, CompanionError))
    message = f"This should not have happened: {type(unexpected).__name__}"
    if not _wants_details():
        raise Failed(f"{message}; run with LOG_LEVEL=DEBUG for details.") from None
    complain(f"{message}.")
    import traceback

    traceback.print_exception(error)
    raise Failed from None


def _wants_details() -> bool:
    import logging

    # Also where it went wrong before the settings were read.
    asked = os.environ.get("LOG_LEVEL", "").upper() == "DEBUG"
    return asked or logging.getLogger(__name__).isEnabledFor(logging.DEBUG)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """What a group of errors is made of; anything else is its own only leaf."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def example(*lines: str) -> str:
    """An epilog that shows how a command is used."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])


def format_option[F: Callable[..., object]](command: F) -> F:
    """`--format text|json`, as the argument `output`."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="For people, or for programs.",
    )(command)


def settings_for(*required: str, service: bool = False) -> "Settings":
    """The settings a command needs, with logging set up: what a service does is logged as the
    settings say; a command that ends says what it did itself, and logs only what went wrong."""
    from companion.entrypoints.logs import configure_logging
    from companion.settings import load_settings

    settings = load_settings(*required)
    level = settings.log_level.upper()
    configure_logging("WARNING" if level == "INFO" and not service else level)
    return settings


def store_place(settings: "Settings") -> str:
    """Where entries are kept, in words."""
    if settings.dynamodb_table:
        return f"the DynamoDB table {settings.dynamodb_table} ({settings.aws_region})"
    return str(settings.companion_db)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it, and Root says how."""
    import asyncio

    gc.freeze()
    gc.enable()
    return asyncio.run(work)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 entry`, `2,000 entries`; the plural has an s where none is given."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def complain(problem: str) -> None:
    """What went wrong, in a line."""
    note(f"companion: {problem}")


def note(text: str) -> None:
    """Something for the person, beside the output."""
    click.echo(text, err=True)


def working(text: str) -> AbstractContextManager[object]:
    """A sign that something is going on, for what may take longer than a second."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def on_terminal() -> bool:
    """Whether somebody is looking, or a program reads."""
    return sys.stdout.isatty()


def visible(text: str) -> str:
    """A text that is safe to print."""
    return text.replace("\r\n", "\n").translate(_CONTROLS)
