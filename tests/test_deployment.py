"""What runs it elsewhere: the image, and Fly.io. Each is held against the code."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path, PurePosixPath

import aiohttp
import pytest

from companion.bootstrap import SystemClock, slack_text
from companion.entrypoints.cli.support.stopping import SHUTDOWN_TIMEOUT_S, SIGNALS
from companion.entrypoints.http_server import WAITING_TO_BE_ACCEPTED, Limits
from companion.entrypoints.webhook import build_app
from companion.settings import Settings, load_settings
from companion.usecases.capture import CaptureCommand
from tests.image import build, context_files, idle_packages, ignored, stages
from tests.memory_store import MemoryLogStore

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLY = tomllib.loads((ROOT / "fly.toml").read_text(encoding="utf-8"))
(CHECK,) = FLY["http_service"]["checks"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the build stage after its own commands, run here with what uv has cached."""
    folder = tmp_path_factory.mktemp("image")
    build(folder)
    return folder


def test_the_image_has_the_installed_program_and_nothing_else_of_the_checkout(built: Path) -> None:
    assert not (built / ".env").exists()
    assert not (built / "tests").exists()
    (package,) = built.glob(".venv/lib/*/site-packages/companion")
    in_package = {path.relative_to("companion") for path in context_files("companion")}
    assert {path for path in in_package if not (package / path).exists()} == set()
    assert list(built.glob(".venv/lib/*/site-packages/pytest")) == []


async def test_the_image_has_no_package_that_the_webhook_never_imports(
    built: Path, dynamodb_table: dict[str, str], tmp_path: Path
) -> None:
    idle = await idle_packages(built, dynamodb_table, tmp_path)
    # Data: the time zones, which the image's Debian does not have.
    assert idle == {"tzdata"}


def test_the_image_s_packages_are_the_project_s() -> None:
    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[>=<; ]", each, maxsplit=1)[0] for each in requirements}

    webhook = PROJECT["dependency-groups"]["webhook"]
    assert set(webhook) == names(webhook) <= names(PROJECT["project"]["dependencies"])


@pytest.fixture
def environment(built: Path, tmp_path: Path) -> dict[str, str]:
    """What the image's program would see, but for where the image is."""
    given = {**stages()[-1].environment(), "HOME": str(tmp_path), "COMPANION_ENV_FILE": os.devnull}
    given["PATH"] = given["PATH"].replace("/app", str(built)).replace("$PATH", os.defpath)
    return given


def test_the_image_s_environment_is_where_it_was_built() -> None:
    build, final = stages()
    assert build.all("WORKDIR") == ["/app"]
    assert final.all("COPY") == ["--from=build /app/.venv /app/.venv"]
    assert build.all("FROM") == [f"{image} AS build" for image in final.all("FROM")]


def test_the_image_has_this_version(environment: dict[str, str], tmp_path: Path) -> None:
    program = shutil.which("companion", path=environment["PATH"])
    assert program is not None
    version = subprocess.run(
        [program, "--version"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert version.stdout.decode().split()[-1] == PROJECT["project"]["version"]


def test_a_command_that_is_not_for_the_image_names_what_is_missing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    program = shutil.which("companion", path=environment["PATH"])
    assert program is not None
    asked = subprocess.run(
        [program, "sandbox", "--no-browser"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stderr.startswith("companion: The package markdown_it is missing")


async def test_the_image_s_command_serves_the_check_until_fly_s_signal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (command,) = stages()[-1].all("CMD")
    name, *arguments = json.loads(command)
    program = shutil.which(name, path=environment["PATH"])
    assert program is not None
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=tmp_path,
        env={**environment, "PORT": "0", "SLACK_SIGNING_SECRET": "0123456789abcdef"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(60):
            said = (await process.stderr.readline()).decode()
        listening = re.search(r"http://0\.0\.0\.0:(\d+)/", said)
        assert listening is not None, said
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{listening[1]}{CHECK['path']}") as answer,
        ):
            assert answer.status == 200
    finally:
        if process.returncode is None:
            process.send_signal(signal.Signals[FLY["kill_signal"]])
        async with asyncio.timeout(FLY["kill_timeout"]):
            await process.communicate()
    assert process.returncode == 0


def test_the_image_holds_no_secret_and_runs_without_root() -> None:
    for path in (".env", ".env.example", ".git/config", "memory.db", "tests/conftest.py"):
        assert ignored(PurePosixPath(path)), path
    final = stages()[-1]
    assert final.all("USER") not in ([], ["root"], ["0"])
    assert final.all("EXPOSE") == [str(Settings().port)]


@pytest.mark.skipif(sys.platform == "win32", reason="hadolint has no wheel there")
def test_hadolint_finds_nothing_to_say_about_the_dockerfile() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    linted = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False, timeout=90
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_s_uv_can_build_the_project() -> None:
    (install,) = [run for run in stages()[0].all("RUN") if run.startswith("pip ")]
    pinned = re.search(r"uv==(\d+)\.(\d+)\.\d+$", install)
    assert pinned is not None
    (backend,) = PROJECT["build-system"]["requires"]
    bounds = re.fullmatch(r"uv_build>=(\d+)\.(\d+),<(\d+)\.(\d+)", backend)
    assert bounds is not None
    version = (int(pinned[1]), int(pinned[2]))
    # Then uv uses the backend that it brings.
    assert (int(bounds[1]), int(bounds[2])) <= version < (int(bounds[3]), int(bounds[4]))


def test_fly_sends_requests_to_where_the_webhook_listens() -> None:
    service = FLY["http_service"]
    assert service["internal_port"] == int(FLY["env"]["PORT"])
    assert service["internal_port"] == Settings().port
    assert service["force_https"] is True
    assert (ROOT / FLY["build"]["dockerfile"]).exists()


def test_fly_gives_the_webhook_the_time_to_finish() -> None:
    assert FLY["kill_signal"] in {number.name for number in SIGNALS}
    assert FLY["kill_timeout"] > SHUTDOWN_TIMEOUT_S


def test_fly_keeps_a_machine_awake_for_slack_s_three_seconds() -> None:
    service = FLY["http_service"]
    assert service["auto_stop_machines"] == "suspend"
    assert service["auto_start_machines"] is True
    assert service["min_machines_running"] == 1


def test_fly_bounds_what_comes_at_once_and_leaves_the_choice_to_the_webhook() -> None:
    concurrency = FLY["http_service"]["concurrency"]
    assert concurrency["type"] == "requests"  # an idle connection stays with Fly
    assert concurrency["soft_limit"] < Limits().connections < concurrency["hard_limit"]
    assert concurrency["hard_limit"] < WAITING_TO_BE_ACCEPTED


def test_fly_names_settings_that_exist_and_no_secret() -> None:
    assert set(FLY["env"]) == {"PORT", "DYNAMODB_TABLE", "AWS_REGION"}
    settings = load_settings(
        Settings, **{name.lower(): value for name, value in FLY["env"].items()}
    )
    assert settings.dynamodb_table == "CompanionMemoryLogs"
    assert settings.aws_region == Settings().aws_region


def test_fly_checks_a_path_that_the_webhook_has() -> None:
    capture = CaptureCommand(store=MemoryLogStore(), clock=SystemClock())
    app = build_app(capture, "secret", SystemClock(), slack_text())
    routes = {
        (route.method, route.resource.canonical) for route in app.router.routes() if route.resource
    }
    assert (CHECK["method"], CHECK["path"]) in routes


def test_the_checks_of_ci_are_a_script_that_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    steps = [line.removeprefix('"${uv[@]}" ') for line in script.read_text().splitlines()]
    runs = [step for step in steps if step.startswith("run ")]
    assert runs[-1] == "run --group dev pytest"  # the command of the README
    assert all("--group dev" in run for run in runs)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
