"""The webhook's own code in a process of its own, from its start to a first answer."""

import asyncio
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.slack_requests import SECRET, command_form, signed

# What `companion webhook` does from its start to a first answer, in a process of its own.
WEBHOOK = """
import asyncio, json, sys
import aiohttp
from companion.bootstrap import SystemClock, open_store
from companion.entrypoints.cli import cli
from companion.entrypoints.cli.webhook import webhook
from companion.entrypoints.cli.support.settings import settings_for
from companion.settings import WebhookSettings
from companion.entrypoints.web_app import serving_web_app

async def main():
    settings = settings_for(WebhookSettings, service=True)
    body, headers = sys.argv[1].encode(), json.loads(sys.argv[2])
    async with (
        open_store(settings) as store,
        serving_web_app(settings, store, SystemClock(), "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as client,
    ):
        url = f"http://127.0.0.1:{port}/slack/events"
        async with client.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            assert "Logged" in await answer.text()
    print(json.dumps(sorted(sys.modules)))

asyncio.run(main())
"""


async def modules_of_the_webhook(
    python: str | Path, table: dict[str, Any] | None, folder: Path
) -> set[str]:
    """What that Python has imported after a `/log`, which it has to answer; with SQLite where there
    is no table."""
    body = command_form("measured")
    environment = (
        {}
        if table is None
        else {
            "DYNAMODB_TABLE": table["table"],
            "AWS_ENDPOINT_URL_DYNAMODB": table["endpoint_url"],
            "AWS_ACCESS_KEY_ID": table["access_key"],
            "AWS_SECRET_ACCESS_KEY": table["secret_key"],
        }
    )
    environment |= {
        "SLACK_SIGNING_SECRET": SECRET,
        "PATH": "",
        "HOME": str(folder),
        "COMPANION_ENV_FILE": os.devnull,
    }
    headers = json.dumps(signed(body, datetime.now(UTC).timestamp()))
    ran = await asyncio.to_thread(
        subprocess.run,
        [python, "-c", WEBHOOK, body.decode(), headers],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout))
