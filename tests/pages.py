"""A method that is iterated over, as one that is awaited, and back: for wrappers of a store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any


def collected(method: Callable[..., AsyncIterator[Any]]) -> Callable[..., Awaitable[list[Any]]]:
    """Everything that the method gives, at once."""

    async def call(*arguments: Any, **more: Any) -> list[Any]:
        return [found async for found in method(*arguments, **more)]

    return call


def each(method: Callable[..., Awaitable[list[Any]]]) -> Callable[..., AsyncIterator[Any]]:
    """One after another of what the method gives at once."""

    async def iterate(*arguments: Any, **more: Any) -> AsyncIterator[Any]:
        for found in await method(*arguments, **more):
            yield found

    return iterate
