"""What a method is, and what its arguments mean."""

from collections.abc import Callable

from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError

type Method = Callable[[SlackApp, Body], Body]
"""Gets the app that calls, and the arguments; returns the answer without `ok`."""


def required(params: Body, name: str) -> str:
    if not params.get(name):
        raise RefusedError("invalid_arguments")
    return str(params[name])


def is_true(value: object) -> bool:
    return str(value).lower() in ("1", "true")
