"""What is wrong with a payload: each problem with the place where it is, as a JSON pointer."""

from collections.abc import Iterator
from typing import Any

from companion.sandbox.workspace.message import Body

type Found = Iterator[tuple[str, str]]
"""Pointer and problem, as many as there are."""


def within(where: str, found: Found) -> Found:
    """The problems of a part, with where the part is."""
    for pointer, problem in found:
        yield f"{where}{pointer}", problem


def require(
    body: Body,
    name: str,
    kind: type,
    *,
    least: int = 0,
    most: int | None = None,
    optional: bool = False,
) -> Found:
    """A field of this type, and of a length between these two."""
    value: Any = body.get(name)
    if value is None:
        if not optional:
            yield "", f"missing required field: {name}"
    elif not isinstance(value, kind):
        yield f"/{name}", f"must be a {kind.__name__}"
    elif isinstance(value, str | list):
        counted = "characters" if isinstance(value, str) else "items"
        if len(value) < least:
            yield f"/{name}", f"must be more than {least - 1} {counted}"
        if most is not None and len(value) > most:
            yield f"/{name}", f"must be less than {most + 1} {counted}"
