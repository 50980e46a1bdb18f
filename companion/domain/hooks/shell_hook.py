"""What a shell runs before each prompt: after a day away from a repository it shows *where*.

It is checked without another program, in some microseconds. A small file for each repository has
the second in which one was last there.
"""

import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePath

from companion.domain.hooks.lines import marked

AWAY_S = 24 * 60 * 60


class Shell(StrEnum):
    """The shells that are known."""

    ZSH = "zsh"
    BASH = "bash"
    FISH = "fish"


def shell_named(path: str) -> Shell | None:
    """The shell of a path such as `/bin/zsh`; None for another one."""
    name = PurePath(path).name
    return Shell(name) if name in Shell else None


# The functions begin with what the shell needs least often not to go on: the same folder as before.
_POSIX = """
_companion_memory_enter() {
  local status_before=$? folder=$PWD file last now
  [ "$folder" = "${_companion_memory_folder-}" ] && return $status_before
  _companion_memory_folder=$folder
  while [ -n "$folder" ] && [ ! -e "$folder/.git" ]; do folder=${folder%/*}; done
  if [ -z "$folder" ] || [ "$folder" = "${_companion_memory_repository-}" ]; then
    return $status_before
  fi
  _companion_memory_repository=$folder
  file=@VISITS@/${folder//\\//%}
  [ -d @VISITS@ ] || return $status_before
  @NOW@
  last=
  [ -r "$file" ] && read -r last < "$file"
  { printf '%s\\n' "$now" >| "$file"; } 2>/dev/null || return $status_before
  case $last in '' | *[!0-9]*) return $status_before ;; esac
  if [ $((now - last)) -ge @AWAY@ ] && [ -x @PROGRAM@ ]; then @COMMAND@ 2>/dev/null; fi
  return $status_before
}
"""
_ZSH = (
    """
if [[ -o interactive ]] && zmodload zsh/datetime 2>/dev/null; then
"""
    + _POSIX.replace("@NOW@", "now=$EPOCHSECONDS").strip()
    + """
autoload -Uz add-zsh-hook && add-zsh-hook precmd _companion_memory_enter
fi
"""
)
_BASH = (
    """
case $- in *i*)
"""
    + _POSIX.replace("@NOW@", "printf -v now '%(%s)T' -1 2>/dev/null || now=$(date +%s)").strip()
    + """
case ${PROMPT_COMMAND-} in *_companion_memory_enter*) ;; *)
PROMPT_COMMAND="_companion_memory_enter${PROMPT_COMMAND:+;$PROMPT_COMMAND}" ;;
esac ;;
esac
"""
)
_FISH = """
if status is-interactive
  function _companion_memory_enter --on-event fish_prompt
    set -l status_before $status
    set -l folder $PWD
    test "$folder" = "$_companion_memory_folder"; and return $status_before
    set -g _companion_memory_folder $folder
    while test -n "$folder"; and not test -e "$folder/.git"
      set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
    if test -z "$folder"; or test "$folder" = "$_companion_memory_repository"
      return $status_before
    end
    set -g _companion_memory_repository $folder
    test -d @VISITS@; or return $status_before
    set -l file @VISITS@/(string replace -a / % -- $folder)
    set -l now (date +%s)
    set -l last
    test -r $file; and read last < $file
    begin; echo $now > $file; end 2>/dev/null; or return $status_before
    if string match -qr '^[0-9]+$' -- "$last"; and test (math $now - $last) -ge @AWAY@
      test -x @PROGRAM@; and @COMMAND@ 2>/dev/null
    end
    return $status_before
  end
end
"""
_SCRIPTS = {Shell.ZSH: _ZSH, Shell.BASH: _BASH, Shell.FISH: _FISH}


def shell_lines(shell: Shell, program: Sequence[str], visits: str, uninstall: str) -> str:
    """Our lines for a shell. `visits` is the folder of the small files."""
    quote = _fish_quoted if shell is Shell.FISH else shlex.quote
    command = " ".join(quote(word) for word in (*program, "where", "--no-model"))
    script = (
        _SCRIPTS[shell]
        .replace("@VISITS@", quote(visits))
        .replace("@PROGRAM@", quote(program[0]))
        .replace("@COMMAND@", command)
        .replace("@AWAY@", str(AWAY_S))
    )
    about = (
        "# Shows where you left off when you come to a repository after a day away.\n"
        f"# `{uninstall}` removes these lines."
    )
    return marked(f"{about}\n{script.strip()}")


def _fish_quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
