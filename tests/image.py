"""The image that the Dockerfile makes, built here by its own commands."""

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath
from typing import Any

from tests.offline_uv import run_uv
from tests.webhook_process import modules_of_the_webhook

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the Dockerfile: its instructions, in order."""

    steps: list[tuple[str, str]]

    def all(self, instruction: str) -> list[str]:
        return [value for name, value in self.steps if name == instruction]

    def environment(self) -> dict[str, str]:
        pairs = (pair for value in self.all("ENV") for pair in shlex.split(value))
        return dict(pair.split("=", 1) for pair in pairs)


def stages() -> list[Stage]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: list[Stage] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            instruction, value = line.split(maxsplit=1)
            if instruction == "FROM":
                found.append(Stage([]))
            found[-1].steps.append((instruction, value))
    return found


def ignored(path: PurePosixPath) -> bool:
    """As Docker reads .dockerignore: the last line that names the path or a folder above it."""
    answer = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").strip("/")
        if any(part.full_match(pattern) for part in (path, *path.parents) if pattern):
            answer = not line.startswith("!")
    return answer


def context_files(source: str) -> Iterator[Path]:
    """What a COPY would find."""
    top = ROOT / source
    for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
        path = file.relative_to(ROOT)
        if file.is_file() and not ignored(PurePosixPath(path.as_posix())):
            yield path


def copy(arguments: str, folder: Path) -> None:
    *sources, target = shlex.split(arguments)
    for source in sources:
        for path in context_files(source):
            below = path.relative_to(source) if (ROOT / source).is_dir() else path
            destination = folder / target / below
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, destination)


def build(folder: Path) -> None:
    """Run the build stage in that folder, with what uv has cached."""
    stage = stages()[0]
    folder.mkdir(exist_ok=True)
    environment = {
        **stage.environment(),
        "UV_COMPILE_BYTECODE": "0",  # of all libraries, which takes longer than all the rest
    }
    for instruction, value in stage.steps:
        if instruction == "COPY":
            copy(value, folder)
        elif instruction == "RUN" and value.startswith("uv "):
            run_uv(*shlex.split(value)[1:], folder=folder, **environment)


def site_packages(folder: Path) -> Iterator[Path]:
    return folder.glob(".venv/lib/*/site-packages")


async def idle_packages(built: Path, table: dict[str, Any], folder: Path) -> set[str]:
    """What is installed there, and neither imported with that table nor with SQLite."""
    imported = {
        module.partition(".")[0]
        for place in (table, None)
        for module in await modules_of_the_webhook(built / ".venv/bin/python", place, folder)
    }
    return {
        distribution.name
        for distribution in distributions(path=[*map(str, site_packages(built))])
        if not imported & {file.parts[0].removesuffix(".py") for file in distribution.files or ()}
    }
