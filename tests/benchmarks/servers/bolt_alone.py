"""Bolt's AsyncApp and aioboto3 as their documentation has it, and nothing else."""

import asyncio
import os
import time
import uuid
from typing import Any

import aioboto3
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-benchmark")


async def serve(secret: str, table: str, endpoint: str, port: int) -> None:
    async with aioboto3.Session().client(
        "dynamodb",
        region_name="us-west-2",
        endpoint_url=endpoint,
    ) as client:
        bolt = AsyncApp(
            signing_secret=secret,
            authorize=authorize,
            process_before_response=True,
        )

        @bolt.command("/log")
        async def log(ack: Any, command: dict[str, Any]) -> None:
            await client.put_item(
                TableName=table,
                Item={
                    "PK": {"S": f"user:{command['user_id']}"},
                    "SK": {"S": f"log:{time.time_ns()}"},
                    "text": {"S": command["text"]},
                    "log_id": {"S": str(uuid.uuid4())},
                },
            )
            await ack("Logged")

        async def handle(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await bolt.async_dispatch(await to_bolt_request(request))
            )

        app = web.Application()
        app.router.add_post("/slack/events", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(
        serve(
            os.environ["SLACK_SIGNING_SECRET"],
            os.environ["DYNAMODB_TABLE"],
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
            int(os.environ["PORT"]),
        )
    )
