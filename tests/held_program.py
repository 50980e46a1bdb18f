"""Runs a program once a file `go` is there, and keeps what became of it in the file `ended`.

`python held_program.py FOLDER PROBLEM PROGRAM ARGUMENT…`, where FOLDER has both files. PROBLEM is
`full-disk` (the program can write no byte), `closed-folders` (file modes bind it, even for root),
or `none`.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

WAIT_S = 60
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
"""Without these root may do what a file's modes say, see capabilities(7)."""


def beset(problem: str) -> None:
    """In the process that becomes the program."""
    if problem == "full-disk":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if problem == "closed-folders" and os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "root keeps its rights here")


def main(folder: Path, problem: str, *command: str) -> None:
    until = time.monotonic() + WAIT_S
    while not (folder / "go").exists() and time.monotonic() < until:
        time.sleep(0.05)
    ran = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=lambda: beset(problem),
        check=False,
    )
    beside = folder / "ended.partly"
    beside.write_text(json.dumps({"status": ran.returncode, "said": ran.stdout + ran.stderr}))
    beside.replace(folder / "ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
