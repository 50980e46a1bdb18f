"""Options and help that several commands share."""

from collections.abc import Callable

import click


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


def model_option[F: Callable[..., object]](command: F) -> F:
    """`--model/--no-model`, as the argument `model`."""
    return click.option(
        "--model/--no-model",
        default=True,
        help="Ask the model, or be quick without.",
    )(command)


class WholeNumber(click.IntRange):
    """A whole number in a range that help and errors name in words."""

    def _describe_range(self) -> str:
        return f"{self.min} or more" if self.max is None else f"{self.min} to {self.max}"
