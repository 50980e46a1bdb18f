"""Where something is rendered: who is who there, and how its fields are told apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

type Names = Callable[[str], str]
"""The name of a user or channel, by id."""
type Choices = Sequence[tuple[str, str]]
"""Ids and names."""


def literal(text: object) -> str:
    """Text as HTML, also within an attribute."""
    return escape(str(text))


@dataclass(frozen=True, slots=True)
class Context:
    """The workspace as the renderer needs it. `root` begins the ids of the fields of one view."""

    name_of: Names
    users: Choices = ()
    channels: Choices = ()
    root: str = ""
