"""Tab completes our commands, in the shells that people have."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_our_command(companion: Run, shell: str) -> None:
    script = companion("completion", shell)

    assert script.exit_code == 0
    assert f"_COMPANION_COMPLETE={shell}_complete" in script.stdout


def test_a_shell_that_is_none_of_them_is_refused(companion: Run) -> None:
    assert companion("completion", "cmd").exit_code == 2


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_a_command_and_its_subcommand(
    companion: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    script = companion("completion", "bash").stdout
    ask = """
        eval "$SCRIPT"
        for words in "companion daemon inst" "companion doc"; do
            COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
            _companion_completion companion
            echo "${COMPREPLY[@]}"
        done
    """
    program = tmp_path / "companion"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{_MAIN}" "$@"\n')
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    completed = subprocess.run(
        ["bash", "--norc", "-c", ask],
        env={**environment, "PATH": path, "SCRIPT": script},
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    assert completed.stdout.split() == ["install", "doctor"]


_MAIN = "from companion.entrypoints.cli import main; main()"
