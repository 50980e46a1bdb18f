"""`companion …` on a terminal of its own, with somebody who answers."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from pexpect import EOF, TIMEOUT
from pexpect.fdpexpect import fdspawn

# The terminal becomes the controlling one, as in a window: hidden input and Ctrl-C go through it.
# What runs in the background of a shell ignores SIGINT, and its children do too.
_PROGRAM = (
    "import fcntl, runpy, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "
    "sys.argv[0] = 'companion'; runpy.run_module('companion', run_name='__main__')"
)
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A context manager; what runs there is ended with it. The answers come from a thread: the
    local Slack is on the event loop."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
        ours, its = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *arguments],
            cwd=folder,
            env={"TERM": "xterm-256color", "COLUMNS": "300", **environment},
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)
        self._ours = ours
        self._child = fdspawn(ours, encoding="utf-8", timeout=60)
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._child.close()

    def see(self, text: str) -> None:
        """Wait until this is shown, after what was seen last."""
        self._child.expect_exact(text)
        self._keep(f"{self._child.before}{self._child.after}")

    def answer(self, question: str, answer: str = "") -> None:
        """Wait for a question, and answer it."""
        self.see(question)
        self._child.sendline(answer)

    def interrupt(self, question: str) -> None:
        """Wait for a question, and press Ctrl-C until the program is at its end. A signal that
        comes just before the program waits for a line is only heard with the next one."""
        self.see(question)
        for _ in range(10):
            self._child.send("\x03")
            if self._child.expect_exact([EOF, TIMEOUT], timeout=6) == 0:
                break
        self._keep(str(self._child.before))

    def end(self) -> int:
        """The exit status, when all is shown."""
        if not self._child.flag_eof:
            self._child.expect_exact(EOF)
            self._keep(str(self._child.before))
        return self._process.wait(timeout=60)

    def _keep(self, shown: str) -> None:
        self.shown += _STYLE.sub("", shown).replace("\r\n", "\n")
