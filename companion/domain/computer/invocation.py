"""How the person starts this program, which depends on how it was installed."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from companion.domain.computer.surroundings import is_temporary

_COMMAND = re.compile(r"`companion(?=[ `])(?: (?P<name>[a-z]+))?")


def invocation(environ: Mapping[str, str], installation: Path, *, in_checkout: bool) -> str:
    """The words that start this program. `installation` is its Python environment."""
    # `uv run` names itself so: https://docs.astral.sh/uv/reference/environment/#uv
    if in_checkout and environ.get("UV"):
        return "uv run companion"
    if is_temporary(installation, environ):
        return f"{'pipx run' if 'pipx' in installation.parts else 'uvx'} companion-memory"
    return "companion"


def with_invocation(text: str, started_by: str, in_sandbox: Collection[str] = ()) -> str:
    """A message in which each command of ours (`companion …`, in backticks) can be typed as it
    stands; those that are named `in_sandbox` use the sandbox's entries again."""

    def typed(match: re.Match[str]) -> str:
        name = match["name"]
        where = " --sandbox" if name in in_sandbox else ""
        return f"`{started_by}{where}{f' {name}' if name else ''}"

    return _COMMAND.sub(typed, text)
