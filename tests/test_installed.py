"""The built packages: installed into an empty environment, set up once, and used everywhere."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest

from companion.sandbox import LocalSlack
from companion.settings import SETTINGS
from tests.installed import ROOT, surroundings, use
from tests.offline_uv import run_uv

HOSTILE = b"""\
# another project's
PORT=eighty
LOG_LEVEL=shout
SLACK_BOT_TOKEN=xoxb-of-another-app
SLACK_APP_TOKEN="xapp-of-another-app
SLACK_USER_ID=U0FOREIGN
SLACK_API_URL=http://127.0.0.1:9/
DYNAMODB_TABLE=ForeignTable
COMPANION_DB=/nowhere/memory.db
COMPANION_KEYCHAIN=1
= nothing
this is 'no line = of "an env file
export \xff\xfe
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run_uv("build", "--out-dir", str(folder), folder=ROOT)
    return folder


@pytest.fixture(scope="module")
def install(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Install the package with that ending as `uv tool install` does: an environment of its own
    with what runs, and the command in a folder of commands. Returns that folder."""

    def into_an_empty_environment(ending: str) -> Path:
        folder = tmp_path_factory.mktemp("tools")
        environment, commands = folder / "companion-memory", folder / "bin"
        (package,) = packages.glob(f"*{ending}")
        run_uv(
            *("sync", "--locked", "--no-install-project"),
            folder=ROOT,
            UV_PROJECT_ENVIRONMENT=str(environment),
        )
        pip = "--python", str(environment)
        run_uv("pip", "install", "--no-deps", *pip, str(package), folder=folder)
        # Its own metadata names all that was installed.
        run_uv("pip", "check", *pip, folder=folder)
        commands.mkdir()
        (commands / "companion").symlink_to(environment / "bin" / "companion")
        return commands

    return into_an_empty_environment


@pytest.mark.parametrize("ending", [".whl", ".tar.gz"])
def test_a_built_package_works_in_an_empty_environment(
    ending: str, install: Callable[[str], Path], tmp_path: Path
) -> None:
    use(install(ending) / "companion", tmp_path)


@dataclass
class Person:
    """Somebody at a terminal, who has installed it and goes from folder to folder."""

    environment: Mapping[str, str]

    def types(self, folder: Path, command: str, *answers: tuple[str, str]) -> str:
        """Run a command there, answer what is asked, in order; what was shown. It has to work."""
        terminal = pexpect.spawn(
            "/bin/sh",
            ["-c", command],
            cwd=str(folder),
            env=dict(self.environment),
            encoding="utf-8",
            timeout=60,
            dimensions=(50, 200),
        )
        shown = ""
        try:
            for question, answer in answers:
                terminal.expect_exact(question)
                shown += str(terminal.before)
                terminal.sendline(answer)
            terminal.expect_exact(pexpect.EOF)
            shown += str(terminal.before)
        finally:
            terminal.close()
        assert terminal.exitstatus == 0, shown
        return shown


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=lambda: datetime.now(UTC), user_name="ada") as slack:
        yield slack


@pytest.fixture
def person(
    install: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Person:
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    home = tmp_path / "home"
    home.mkdir()
    path = os.pathsep.join([str(install(".whl")), os.defpath])
    return Person(surroundings(home, PATH=path, TERM="xterm-256color", BROWSER="true %s"))


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Three folders that have nothing to do with it; the last is another project."""
    folders = [tmp_path / name for name in ("notes", "a folder", "project")]
    for folder in folders:
        folder.mkdir()
    (folders[-1] / ".env").write_bytes(HOSTILE)
    return folders


async def test_set_up_once_it_works_in_every_folder_and_leaves_other_projects_alone(
    person: Person, folders: list[Path], slack: LocalSlack, tmp_path: Path
) -> None:
    project = folders[-1]
    before = project.stat().st_mtime_ns, (project / ".env").stat()

    async def types(folder: Path, command: str, *answers: tuple[str, str]) -> str:
        return await asyncio.to_thread(person.types, folder, command, *answers)

    await types(project, 'companion log "before Slack"')
    shown = await types(
        project,
        f"SLACK_API_URL={slack.api_url} companion init",
        ("Way [1]", ""),
        ("Open it in the browser?", "n"),
        ("Bot token, xoxb-…", slack.bot_token),
        ("App-level token, xapp-…", slack.app_token),
        ("Your name, @handle or member ID", "ada"),
        ("Are you ada", ""),
        ("Model [", "skip"),
        ("Is that right?", ""),
    )
    assert "1 entry from before there was a Slack ID moved to" in shown
    # It is on the PATH here, and says what to type.
    assert "  companion daemon install" in shown
    (settings,) = (tmp_path / "home").rglob("settings.env")
    assert str(settings) in shown
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert slack.user_id in settings.read_text()

    for number, folder in enumerate(folders, 1):
        assert "Logged" in await types(folder, f'companion log "from folder {number}"')
        await types(folder, 'companion log "a mistake"')
        assert "a mistake" in await types(folder, "companion undo")
        listed = await types(folder, "companion entries")
        assert "before Slack" in listed
        assert [f"from folder {each}" in listed for each in (1, 2, 3)] == [
            each <= number for each in (1, 2, 3)
        ]
        assert "a mistake" not in listed
        assert f"Today's {number + 1} entries" in await types(folder, "companion summary")

    after = project.stat().st_mtime_ns, (project / ".env").stat()
    assert (project / ".env").read_bytes() == HOSTILE
    assert [file.name for file in project.iterdir()] == [".env"]
    assert (after[0], after[1].st_mtime_ns) == (before[0], before[1].st_mtime_ns)
    assert [list(folder.iterdir()) for folder in folders[:-1]] == [[], []]
