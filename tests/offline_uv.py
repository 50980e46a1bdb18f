"""uv, with what it has cached: nothing here waits for the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_OURS = {"VIRTUAL_ENV", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT"}
"""What `uv run` said about this checkout's environment must not reach a new one."""


def run_uv(*arguments: str, folder: Path, **added: str) -> None:
    """Run uv in that folder. It has to work, unless its cache lacks something: skipped then."""
    # `uv run` says where it is; on the PATH there may be a shim that follows the folder.
    program = os.environ.get("UV") or shutil.which("uv")
    if program is None:
        pytest.skip("uv is missing: the tests were not started with it")
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**environment, "UV_OFFLINE": "1", "UV_PYTHON": sys.executable, **added},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if "Network connectivity is disabled" in done.stderr and os.environ.get("CI") != "true":
        pytest.skip("uv's cache does not hold what is needed")
    assert done.returncode == 0, done.stderr
