"""Uses an installed `companion` as somebody who has nothing else of this project.

By hand, and in .ci/run: `uv run --group dev python -m tests.installed PATH_OF_COMPANION`.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 60


def surroundings(home: Path, **added: str) -> dict[str, str]:
    """The environment of a person who has set nothing: no setting of ours, no checkout, no uv."""
    return {"PATH": os.defpath, "HOME": str(home), "LC_ALL": "C.UTF-8", "NO_COLOR": "1", **added}


def use(companion: Path, folder: Path) -> None:
    """Ask for its version, store an entry, and look at the sandbox's page, in that folder."""
    environment = surroundings(folder, COMPANION_DB=str(folder / "memory.db"))

    def answer(*arguments: str) -> str:
        done = subprocess.run(
            [companion, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert answer("--version").split()[-1] == project["version"]
    answer("log", "used where nothing else is")
    assert "used where nothing else is" in answer("entries")
    with subprocess.Popen(
        [companion, "sandbox", "--port", "0", "--no-browser"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as sandbox:
        assert sandbox.stderr is not None
        try:
            said = sandbox.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found is not None, said + sandbox.stderr.read()
            _look_at(found[0])
        finally:
            sandbox.send_signal(signal.SIGINT)
            sandbox.communicate(timeout=TIMEOUT_S)
    assert sandbox.returncode == 0


def _look_at(address: str) -> None:
    """The page, and all that it is made of."""
    page = _get(address)
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', page):
        assert _get(address + path)
    assert "Companion sandbox" in page


def _get(address: str) -> str:
    with urlopen(address, timeout=TIMEOUT_S) as response:
        return str(response.read().decode())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        use(Path(sys.argv[1]), Path(folder))
    print("it works")
