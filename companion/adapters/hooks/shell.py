"""Puts our lines into the file that a shell reads at its start, and takes them out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.adapters.hooks.files import read, remove, write
from companion.domain.hooks.lines import has, without
from companion.domain.hooks.shell_hook import Shell, shell_lines
from companion.errors import HookError


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellHook:
    """See Hook. `visits` is a folder of our own."""

    program: Sequence[str]
    shell: Shell
    home: Path
    environ: Mapping[str, str]
    visits: Path

    @property
    def file(self) -> Path:
        """See Hook."""
        match self.shell:
            case Shell.ZSH:
                return Path(self.environ.get("ZDOTDIR") or self.home) / ".zshrc"
            case Shell.BASH:
                return self.home / ".bashrc"
            case Shell.FISH:
                config = Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")
                return config / "fish" / "conf.d" / "companion-memory.fish"

    @property
    def lines(self) -> str:
        """What `install` writes."""
        return shell_lines(
            self.shell, self.program, str(self.visits), f"companion hook uninstall {self.shell}"
        )

    def install(self) -> list[str]:
        """See Hook."""
        try:
            self.visits.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise HookError(f"{self.visits} cannot be made ({error.strerror}).") from error
        text = self._text()
        rest = without(text or "")
        gap = "\n" if rest and not rest.endswith("\n") else ""
        write(self.file, f"{rest}{gap}{self.lines}", 0o644 if text is None else None)
        return []

    def uninstall(self) -> bool:
        """See Hook."""
        text = self._text()
        if text is None or not has(text):
            return False
        if rest := without(text):
            write(self.file, rest)
        else:
            remove(self.file)
        for visit in self.visits.glob("*"):
            visit.unlink(missing_ok=True)
        return True

    def is_installed(self) -> bool:
        """See Hook."""
        return has(self._text() or "")

    def _text(self) -> str | None:
        found = read(self.file)
        try:
            return found.decode() if found is not None else None
        except UnicodeDecodeError as error:
            raise HookError(f"{self.file} is not UTF-8, so it was left as it is.") from error
