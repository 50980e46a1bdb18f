"""`companion erase`: asks first, removes everything, and leaves no bytes."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from companion.adapters.sqlite import SqliteLogStore
from tests.entrypoints.cli.conftest import COMMAND, USER, Keep, Run, entry

SECRET = "a very secret thought"


@pytest.fixture
def kept(keep: Keep) -> None:
    keep(*(entry(f"2026-11-20T08:{n:02}Z", f"{SECRET} {n}") for n in range(50)))


def asked(environment: dict[str, str], tmp_path: Path, answer: str) -> tuple[str, int]:
    """What is shown on a terminal, and the exit status."""
    child = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], "erase"],
        cwd=str(tmp_path),
        env={**environment, "TERM": "dumb", "NO_COLOR": "1"},
        encoding="utf-8",
        timeout=90,
    )
    child.expect(f"Type {USER} to go on: ")
    shown = str(child.before)
    child.sendline(answer)
    child.expect(pexpect.EOF)
    shown += str(child.before)
    child.close()
    return shown, child.exitstatus or 0


@pytest.mark.usefixtures("kept")
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind")
def test_it_asks_for_the_id_and_erases_for_that_alone(
    environment: dict[str, str], tmp_path: Path, companion: Run
) -> None:
    shown, status = asked(environment, tmp_path, "yes")
    assert status == 1
    assert f"everything of {USER} in {environment['COMPANION_DB']}" in shown
    assert "Nothing was erased" in shown
    assert SECRET in companion("export").stdout

    shown, status = asked(environment, tmp_path, USER)
    assert status == 0
    assert "50 entries" in shown
    assert companion("export").stdout == ""


@pytest.mark.usefixtures("kept")
def test_without_a_terminal_it_erases_only_with_yes(companion: Run) -> None:
    refused = companion("erase")

    assert refused.exit_code == 2
    assert "No terminal to confirm on. Use --yes to erase without asking." in refused.stderr
    assert SECRET in companion("export").stdout


@pytest.mark.usefixtures("kept")
def test_no_byte_of_it_stays_in_the_file_or_beside_it(
    companion: Run, environment: dict[str, str], tmp_path: Path, keep: Keep
) -> None:
    keep(replace(entry("2026-11-20T09:30Z", "another's words"), user_id="U0BOB"))
    path = Path(environment["COMPANION_DB"])

    async def erase_beside_a_daemon() -> list[bytes]:
        """Another process has the file open, so that nothing is tidied up at the end."""
        async with SqliteLogStore.open(path) as daemon:
            await daemon.fetch_users()
            erased = await asyncio.to_thread(companion, "erase", "--yes")
            assert erased.exit_code == 0
            assert "50 entries" in erased.stdout
            assert "still in Slack" in erased.stderr
            return [
                each.read_bytes()
                for each in tmp_path.glob("memory.db*")  # noqa: ASYNC240 -- nothing else runs
            ]

    left = b"".join(asyncio.run(erase_beside_a_daemon()))
    assert SECRET.encode() not in left
    assert b"another's words" in left
