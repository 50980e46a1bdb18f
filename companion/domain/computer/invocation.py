"""How the person starts this program, which depends on how it was installed."""

import re
from collections.abc import Mapping
from pathlib import Path

from companion.domain.computer.surroundings import is_temporary

_COMMAND = re.compile(r"`companion(?=[ `])")


def invocation(environ: Mapping[str, str], installation: Path, *, in_checkout: bool) -> str:
    """The words that start this program. `installation` is its Python environment."""
    # `uv run` names itself so: https://docs.astral.sh/uv/reference/environment/#uv
    if in_checkout and environ.get("UV"):
        return "uv run companion"
    if is_temporary(installation, environ):
        return f"{'pipx run' if 'pipx' in installation.parts else 'uvx'} companion-memory"
    return "companion"


def with_invocation(text: str, started_by: str) -> str:
    """A message in which each command of ours (`companion …`, in backticks) can be typed as it
    stands."""
    return _COMMAND.sub(lambda _: f"`{started_by}", text)
