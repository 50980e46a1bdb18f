"""The hooks that can be named, and how they are found."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.domain.hooks.shell_hook import Shell, shell_named
from companion.errors import UsageError
from companion.texts import hooks as texts

if TYPE_CHECKING:
    from companion.ports import Hook

GIT = "git"
KINDS = (GIT, "shell", *(shell.value for shell in Shell))


def hook_options[F: Callable[..., object]](command: F) -> F:
    """Which hook, and `--global`."""
    kind = click.argument("kind", type=click.Choice(KINDS), metavar="git|shell|zsh|bash|fish")
    everywhere = click.option(
        "--global",
        "everywhere",
        is_flag=True,
        help="For git: in repositories that you clone or create from now on.",
    )
    return kind(everywhere(command))


def named_hook(kind: str, everywhere: bool, program: tuple[str, ...]) -> "Hook":
    """The hook that was asked for. UsageError for one that there cannot be."""
    from companion.bootstrap.surroundings import git_hook, shell_hook

    if kind == GIT:
        return git_hook(program, Path.cwd(), everywhere=everywhere)
    if everywhere:
        raise UsageError(texts.ONLY_GIT_IS_GLOBAL)
    return shell_hook(program, shell_of(kind))


def shell_of(kind: str) -> Shell:
    """The shell that was named, or the person's own. UsageError if that is not known."""
    shell = shell_named(os.environ.get("SHELL", "")) if kind == "shell" else Shell(kind)
    if shell is None:
        raise UsageError(texts.UNKNOWN_SHELL)
    return shell
