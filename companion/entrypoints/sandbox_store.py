"""Where the sandbox's entries are, and whose they are."""

from datetime import date
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from companion.bootstrap import open_sqlite
from companion.errors import UsageError
from companion.settings import Settings
from companion.texts import terminal as texts


def sandbox_folder() -> Path:
    """The folder with all that the sandbox stores."""
    return user_data_path("companion-memory", appauthor=False) / "sandbox"


def database(folder: Path) -> Path:
    """The file of its entries."""
    return folder / "memory.db"


async def sandbox_store() -> dict[str, Any]:
    """The settings that lead to its entries. UsageError if there are none yet."""
    file = database(sandbox_folder())
    if not file.exists():
        raise UsageError(texts.SANDBOX_IS_EMPTY)
    async with open_sqlite(Settings(companion_db=file)) as store:
        for user_id in await store.fetch_users():
            # Only for the person behind the sandbox's page is there a daemon, which plans.
            if await store.fetch_jobs(user_id, date.min, date.max):
                return {
                    "companion_db": file,
                    "slack_user_id": user_id,
                    "dynamodb_table": None,
                    "companion_timezone": None,
                }
    raise UsageError(texts.SANDBOX_IS_EMPTY)
