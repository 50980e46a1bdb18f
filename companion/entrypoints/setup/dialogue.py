"""The conversation on the terminal."""

import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import click

from companion.entrypoints.cli.shell import note, run, working


class Dialogue:
    """Asks and tells. Where nobody is there to answer (`attended` is False) it only tells."""

    def __init__(self, attended: bool) -> None:
        self.attended = attended

    def say(self, text: str = "") -> None:
        """Something to know; unattended, nothing: the end says what was done."""
        if self.attended:
            click.echo(text)

    def tell(self, text: str) -> None:
        """What everybody is told, also who cannot be asked."""
        click.echo(f"\n{text}" if self.attended else text)

    def heading(self, text: str) -> None:
        """Where one is."""
        plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
        self.say(f"\n{text if plain else click.style(text, bold=True)}")

    def problem(self, text: str) -> None:
        """What is wrong, and what to do."""
        plain = os.environ.get("NO_COLOR") or not sys.stderr.isatty()
        note(f"{'✗' if plain else click.style('✗', fg='red')} {text}")

    def good(self, text: str) -> None:
        """What was seen to be as it should be."""
        plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
        self.say(f"{'✓' if plain else click.style('✓', fg='green')} {text}")

    def ask(self, question: str, default: str = "", *, hidden: bool = False) -> str:
        """An answer without the spaces around it; the default, or nothing, for an empty one."""
        shown = f"{question} [{default}]" if default and not hidden else question
        typed = click.prompt(
            shown, default="", show_default=False, hide_input=hidden, prompt_suffix=": "
        )
        return str(typed).strip() or ("" if hidden else default)

    def confirm(self, question: str, default: bool) -> bool:
        """Yes or no; unattended, the default."""
        return click.confirm(question, default=default) if self.attended else default

    def choose(self, question: str, options: Sequence[str], default: int | None = None) -> int:
        """The number of an option, from 0."""
        for number, option in enumerate(options, 1):
            self.say(f"  {number}  {option}")
        while True:
            typed = self.ask(question, "" if default is None else str(default + 1))
            if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(options):
                return int(typed) - 1
            self.problem(f"A number from 1 to {len(options)}.")

    def wait[T](self, text: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the work comes to; the terminal shows that it is going on."""
        with working(text):
            return run(work())
