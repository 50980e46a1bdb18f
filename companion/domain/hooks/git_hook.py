"""The git hook `post-commit`: it logs the subject of each commit, in the background."""

import re
import shlex
from collections.abc import Sequence

from companion.domain.hooks.lines import marked

NAME = "post-commit"
CHAINED = f"{NAME}.before-companion-memory"
"""What the hook that was there before is called, where it is not a shell script."""

# A rebase and a series of cherry-picks write commits again: they are not new work.
_LINES = """
# Logs the subject of each commit, in the background. `{uninstall}` removes these lines.
if [ -x {program} ]; then (
  companion_memory=$(git rev-parse --git-dir HEAD 2>/dev/null) || exit 0
  companion_memory_dir=${{companion_memory%
*}}
  for companion_memory_busy in rebase-merge rebase-apply sequencer; do
    [ ! -d "$companion_memory_dir/$companion_memory_busy" ] || exit 0
  done
  nohup {command} "${{companion_memory##*
}}" </dev/null >/dev/null 2>&1 &
) fi
"""
_SHELL = re.compile(rb"#!\s*(?:/\S*/)?(?:env\s+)?(?:ba|da|z|k|a)?sh(?:\s[^\n]*)?\n")
_CHAIN = f'exec "${{0%/*}}/{CHAINED}" "$@"\n'
_OWN = "#!/bin/sh\n"


def hook_lines(program: Sequence[str], uninstall: str) -> str:
    """Our lines. `program` starts this program; `uninstall` is how a person removes them."""
    return marked(
        _LINES.format(
            program=shlex.quote(program[0]),
            command=shlex.join([*program, "hook", "record"]),
            uninstall=uninstall,
        )
    )


def is_shell_script(hook: bytes) -> bool:
    """Whether our lines can stand in that hook."""
    if b"\r" in hook or b"\0" in hook or _SHELL.match(hook) is None:
        return False
    try:
        hook.decode()
    except UnicodeDecodeError:
        return False
    return True


def new_hook(lines: str, *, chain: bool) -> str:
    """A hook of our lines alone; with `chain` the one that was there before goes on after them."""
    return f"{_OWN}{lines}{_CHAIN if chain else ''}"


def with_lines(hook: str, lines: str) -> str:
    """A shell script with our lines at its beginning: its own end may come anywhere."""
    first, _, rest = hook.partition("\n")
    return f"{first}\n{lines}{rest}"


def is_nothing(rest: str) -> bool:
    """Whether a hook without our lines is only what `new_hook` made around them."""
    return rest in (_OWN, f"{_OWN}{_CHAIN}")
