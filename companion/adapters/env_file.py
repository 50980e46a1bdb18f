"""The settings file, changed line by line: whatever else is in it stays as it is."""

import os
import re
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from companion.errors import EnvFileError

OWNER_ALONE = 0o600
FOLDER_OF_OWNER = 0o700
_PLAIN = re.compile(r"[A-Za-z0-9_./:@,+=-]*", re.ASCII)


class EnvFile:
    """Names and values in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        """What is set in it, and not to nothing. EnvFileError if it cannot be read."""
        return {
            binding.key: binding.value
            for binding in self._bindings()
            if binding.key and binding.value
        }

    def update(self, values: Mapping[str, str]) -> None:
        """Set these, in place where they stand already and else at the end, all or none.

        An empty value leaves the name with nothing behind it, which counts as not set. Other
        lines keep every character. EnvFileError where the file cannot be written.
        """
        todo = dict(values)
        lines: list[str] = []
        for binding in self._bindings():
            key, text = binding.key, binding.original.string
            if key is not None and key in values:
                todo.pop(key, None)
                # The last of several counts, so all of them are made to agree.
                text = _changed(binding, _assignment(key, values[key]))
            lines.append(text)
        if todo and lines and not lines[-1].endswith("\n"):
            lines.append("\n")
        lines += [f"{_assignment(key, value)}\n" for key, value in todo.items() if value]
        self._replace("".join(lines))

    def protect(self) -> None:
        """See that nobody else reads a file that was there before."""
        try:
            if self.path.exists():
                self.path.chmod(OWNER_ALONE)
        except OSError as error:
            raise EnvFileError(self.path, error.strerror or type(error).__name__) from error

    def _bindings(self) -> list[Binding]:
        try:
            # Universal newlines off: the other lines keep theirs.
            with self.path.open(encoding="utf-8", newline="") as file:
                return list(parse_stream(StringIO(file.read(), newline="")))
        except FileNotFoundError:
            return []
        except UnicodeDecodeError:
            raise EnvFileError(self.path, "it is not UTF-8 text") from None
        except OSError as error:
            raise EnvFileError(self.path, error.strerror or type(error).__name__) from error

    def _replace(self, text: str) -> None:
        """Whole or not at all: a crash in between leaves the old file."""
        target = self.path.resolve()  # a link, into dotfiles say, stays one
        temporary = None
        try:
            target.parent.mkdir(mode=FOLDER_OF_OWNER, parents=True, exist_ok=True)
            # Readable for its owner alone from its first byte on.
            with tempfile.NamedTemporaryFile(
                "w",
                encoding="utf-8",
                newline="",
                dir=target.parent,
                prefix=".env.",
                delete=False,
            ) as file:
                temporary = Path(file.name)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(OWNER_ALONE)
            temporary.replace(target)
        except OSError as error:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            raise EnvFileError(self.path, error.strerror or type(error).__name__) from error


def _changed(binding: Binding, assignment: str) -> str:
    """The same line with another value: what stands around it stays."""
    text = binding.original.string
    before = text[: len(text) - len(text.lstrip())]
    export = "export " if re.match(r"\s*export\s", text) else ""
    comment = None
    if "#" not in (binding.value or ""):
        comment = re.search(r"[ \t]+#[^\r\n]*", text[len(before) :])
    end = "\r\n" if text.endswith("\r\n") else "\n"
    return f"{before}{export}{assignment}{comment[0] if comment else ''}{end}"


def _assignment(key: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"{key}={value}"
    if "\n" in value or "\r" in value or "${" in value:
        raise ValueError(f"{key} cannot be written on a line")
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{key}='{quoted}'"
