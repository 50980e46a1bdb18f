"""Puts our lines into git's hook `post-commit`, beside what is there, and takes them out again."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.adapters.hooks.files import read, remove, rename, write
from companion.domain.hooks.git_hook import (
    CHAINED,
    NAME,
    hook_lines,
    is_nothing,
    is_shell_script,
    new_hook,
    with_lines,
)
from companion.domain.hooks.lines import has, without
from companion.errors import HookError
from companion.texts import hooks as texts

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHook:
    """See Hook. `everywhere` is for the repositories that one will clone or create; then `template`
    is the folder from which git makes them, where the person has none."""

    program: Sequence[str]
    folder: Path
    environ: Mapping[str, str]
    template: Path
    everywhere: bool = False

    @property
    def file(self) -> Path:
        """See Hook."""
        if self.everywhere:
            return self._hooks_everywhere() / NAME
        return self._hooks_here() / NAME

    @property
    def lines(self) -> str:
        """See Hook."""
        # A repository that git made of a template has a hook of its own: it is removed there.
        return hook_lines(self.program, "companion hook uninstall git")

    def install(self) -> list[str]:
        """See Hook."""
        file = self.file
        hints = self._check_place(file)
        found = read(file)
        if found is not None and not os.access(file, os.X_OK):
            raise HookError(texts.HOOK_IS_OFF.format(file=file))
        self._remove_lines(file)
        lines, found = self.lines, read(file)
        if found is None:
            write(file, new_hook(lines, chain=False), 0o755)
        elif is_shell_script(found) and not file.is_symlink():
            write(file, with_lines(found.decode(), lines))
        else:
            rename(file, CHAINED)
            write(file, new_hook(lines, chain=True), 0o755)
        if self.everywhere and file.parent.parent == self.template:
            self._git("config", "--global", "init.templateDir", str(self.template))
        return hints

    def uninstall(self) -> bool:
        """See Hook."""
        file = self.file
        removed = self._remove_lines(file)
        if self.everywhere and self._setting("init.templateDir") == self.template:
            self._git("config", "--global", "--unset", "init.templateDir")
        return removed

    def is_installed(self) -> bool:
        """See Hook."""
        found = read(self.file)
        return found is not None and has(found.decode(errors="replace"))

    def _remove_lines(self, file: Path) -> bool:
        found = read(file)
        if found is None or not has(text := found.decode(errors="surrogateescape")):
            return False
        rest = without(text)
        if not is_nothing(rest):
            write(file, rest)
            return True
        remove(file)
        if os.path.lexists(before := file.with_name(CHAINED)):
            rename(before, NAME)
        return True

    def _check_place(self, file: Path) -> list[str]:
        """Hints about where it is installed. HookError where everybody would get it."""
        if self.everywhere:
            known = self._setting("core.hooksPath")
            return [texts.HOOKS_OF_ALL.format(folder=file.parent)] if known else []
        top = self._git("rev-parse", "--show-toplevel", ok=(0, 128))
        shared = Path(self._git("rev-parse", "--git-common-dir"))
        shared = (self.folder / shared).resolve()
        place = file.parent.resolve()
        if not top or not place.is_relative_to(Path(top).resolve()) or place.is_relative_to(shared):
            return []
        if self._git("check-ignore", str(file), ok=(0, 1, 128)):
            return [texts.HOOKS_ARE_REWRITTEN.format(folder=place)]
        raise HookError(texts.HOOKS_ARE_SHARED.format(folder=place))

    def _hooks_here(self) -> Path:
        said = self._git("rev-parse", "--git-path", "hooks", ok=(0, 128))
        if not said:
            raise HookError(texts.NOT_IN_A_REPOSITORY.format(folder=self.folder))
        return Path(os.path.normpath(self.folder / said))

    def _hooks_everywhere(self) -> Path:
        if hooks := self._setting("core.hooksPath"):
            return hooks
        return (self._setting("init.templateDir") or self.template) / "hooks"

    def _setting(self, name: str) -> Path | None:
        """A path in the person's own settings of git."""
        said = self._git("config", "--global", "--type=path", name, ok=(0, 1))
        return Path(said) if said else None

    def _git(self, *arguments: str, ok: Sequence[int] = (0,)) -> str:
        """What git says, in its settings' own words; "" if it has nothing to say."""
        try:
            answer = subprocess.run(  # noqa: S603 -- git, with our own arguments
                ["git", *arguments],  # noqa: S607 -- the person's own git
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HookError(texts.NO_GIT) from error
        if answer.returncode not in ok:
            raise HookError(texts.GIT_REFUSED.format(command=arguments[0]))
        return (
            answer.stdout.decode(errors="surrogateescape").strip() if not answer.returncode else ""
        )
