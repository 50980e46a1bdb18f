"""The webhook's image: what is installed in it that the webhook never imports."""

import asyncio
from importlib.metadata import distributions
from pathlib import Path

from companion.adapters.dynamodb import DynamoLogStore
from tests.benchmarks.report import Figure
from tests.dynamodb_server import recording_dynamodb
from tests.image import build, idle_packages, site_packages

DATA = {"tzdata"}
"""Time zones, which the image's system does not have: read, and never imported."""


def image(folder: Path) -> list[Figure]:
    """Packages beyond what a `/log` imports."""
    built = folder / "image"
    build(built)
    idle = asyncio.run(_idle(built, folder)) - DATA
    places = [*map(str, site_packages(built))]
    count = sum(1 for _ in distributions(path=places))
    size = sum(file.stat().st_size for file in built.glob(".venv/lib/**/*") if file.is_file())
    return [
        Figure(
            name=f"image: packages that the webhook never imports, of {count} ({size / 1e6:.0f} MB"
            " before they are compiled)",
            ours=f"{len(idle)}",
            reference="0",
            ratio=len(idle),
            goal=0,
        )
    ]


async def _idle(built: Path, folder: Path) -> set[str]:
    with recording_dynamodb() as dynamodb:
        table = {
            "table": "image",
            "region": "us-west-2",
            "endpoint_url": dynamodb.url,
            "access_key": "test",
            "secret_key": "test",
        }
        async with DynamoLogStore.open(**table) as store:
            await store.create_table()
        return await idle_packages(built, table, folder)
