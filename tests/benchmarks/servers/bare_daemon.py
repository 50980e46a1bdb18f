"""A bare Socket Mode daemon: Bolt, APScheduler, an aioboto3 client, and nothing to do."""

import asyncio
import os

import aioboto3
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    slack = AsyncWebClient(
        token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]
    )
    async with aioboto3.Session().client(
        "dynamodb",
        region_name="us-west-2",
        endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
    ):
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.start()
        handler = AsyncSocketModeHandler(
            AsyncApp(client=slack, token=None), os.environ["SLACK_APP_TOKEN"]
        )
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has none
        await asyncio.Event().wait()


asyncio.run(main())
