"""What a command shows, and how a text is made safe to show on a terminal."""

import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from companion.domain.computer.invocation import invocation, with_invocation

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters except newline and tab, and those that change the direction of writing.

A terminal obeys the first (https://www.xfree86.org/current/ctlseqs.html); the second let a text
look different from what it says (https://trojansource.codes).
"""


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 entry`, `2,000 entries`; without `many` the plural gets an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


IN_SANDBOX = "companion.in_sandbox"
"""With --sandbox, click's context has the names of the commands that it is for under this."""


def command() -> str:
    """The words that start this program, as this person types them."""
    root = Path(__file__).parents[2]
    in_checkout = (root / "pyproject.toml").is_file()
    return invocation(os.environ, Path(sys.prefix), in_checkout=in_checkout)


def as_typed(message: str) -> str:
    """A message in which `companion …` is as this person types it."""
    context = click.get_current_context(silent=True)
    return with_invocation(message, command(), context.meta.get(IN_SANDBOX, ()) if context else ())


def complain(problem: str) -> None:
    """What went wrong, on stderr."""
    note(f"companion: {problem}")


def note(text: str) -> None:
    """A message for the person, on stderr beside the output."""
    click.echo(as_typed(text), err=True)


def working(text: str) -> AbstractContextManager[object]:
    """A spinner on stderr, for work that may take longer than a second."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def on_terminal() -> bool:
    """Whether stdout is a terminal: a person looks at it, and it obeys control characters."""
    return sys.stdout.isatty()


def visible(text: str, *, as_json: bool = False) -> str:
    """The text as it goes to stdout: exact for a file or a pipe, harmless on a terminal.

    There an unsafe character becomes U+FFFD, or its escape where the text is JSON.
    """
    if not on_terminal():
        return text
    if as_json:
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def show(text: str) -> None:
    """Print a text on stdout, as `visible` has it."""
    # By default click removes escape sequences from what goes to a file or a pipe.
    click.echo(visible(text), color=True)


def show_json(data: object) -> None:
    """Print data as JSON on stdout, in any encoding."""
    import json

    in_utf8 = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    text = json.dumps(data, ensure_ascii=not in_utf8, indent=2)
    click.echo(visible(text, as_json=True), color=True)
