"""What a command shows beside its output, and how a text is made safe to show."""

import sys
from contextlib import AbstractContextManager, nullcontext

import click

# Somebody's text must not give orders to the terminal.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")


del _CONTROLS[ord("\n")], _CONTROLS[ord("\t")]


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
