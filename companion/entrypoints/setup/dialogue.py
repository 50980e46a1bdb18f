"""The dialogue on the terminal."""

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import IO, Any

import click

from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, complain, note, working
from companion.texts import setup as texts


class Dialogue:
    """Asks and tells. Where nobody can answer (`attended` is False) it only tells."""

    def __init__(self, attended: bool) -> None:
        self.attended = attended

    def say(self, text: str = "", *, indent: int = 0) -> None:
        """Say something; unattended, nothing, because the end says what was done."""
        if self.attended:
            click.echo(_wrapped(as_typed(text), indent))

    def show(self, text: str) -> None:
        """Show what has to stay on one line, such as a link."""
        if self.attended:
            click.echo(f"\n{text}\n")

    def tell(self, text: str) -> None:
        """Say something also where nobody can answer."""
        shown = as_typed(text)
        click.echo(f"\n{shown}" if self.attended else shown)

    def heading(self, text: str) -> None:
        """Say which step begins."""
        self.say()
        self.say(_styled(text, sys.stdout, bold=True))

    def problem(self, text: str) -> None:
        """Say what is wrong, and what to do."""
        if not self.attended:
            complain(text)
            return
        note(_styled("✗", sys.stderr, fg="red") + _wrapped(as_typed(f"  {text}"), 2)[1:])

    def good(self, text: str) -> None:
        """Say what was checked, and is as it should be."""
        if self.attended:
            click.echo(
                _styled("✓", sys.stdout, fg="green") + _wrapped(as_typed(f"  {text}"), 2)[1:]
            )

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

    def choose(
        self,
        question: str,
        options: Sequence[str],
        default: int | None = None,
        names: Sequence[Collection[str]] = (),
    ) -> int:
        """The number of an option, from 0. It is chosen by its number from 1, or by one of its
        `names`, which are in lower case."""
        for number, option in enumerate(options, 1):
            self.say(f"  {number}  {option}", indent=5)
        while True:
            typed = self.ask(question, "" if default is None else str(default + 1))
            if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(options):
                return int(typed) - 1
            said = " ".join(typed.casefold().split())
            for number, names_of_one in enumerate(names):
                if said in names_of_one:
                    return number
            self.problem(texts.CHOOSE_A_NUMBER.format(most=len(options)))

    def wait[T](self, text: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the work; meanwhile the terminal shows that it is going on."""
        with working(text):
            return run(work())


def _wrapped(text: str, indent: int) -> str:
    """Broken between words, where the terminal would break within them."""
    return textwrap.fill(
        text,
        max(shutil.get_terminal_size().columns, 40),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _styled(text: str, stream: IO[str], **style: Any) -> str:
    plain = os.environ.get("NO_COLOR") or not stream.isatty()
    return text if plain else click.style(text, **style)
