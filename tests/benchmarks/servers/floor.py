"""The floor: a bare aiohttp handler, an HMAC, one put by aiobotocore. No check beyond that."""

import asyncio
import hashlib
import hmac
import os
import time
import uuid
from urllib.parse import parse_qsl

from aiobotocore.session import get_session
from aiohttp import web


async def main() -> None:
    secret, table = os.environ["SLACK_SIGNING_SECRET"].encode(), os.environ["DYNAMODB_TABLE"]
    session = get_session()
    async with session.create_client(
        "dynamodb",
        region_name="us-west-2",
        endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
    ) as client:

        async def handle(request: web.Request) -> web.Response:
            body = await request.read()
            timestamp = request.headers["X-Slack-Request-Timestamp"]
            digest = hmac.new(
                secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256
            ).hexdigest()
            if not hmac.compare_digest("v0=" + digest, request.headers["X-Slack-Signature"]):
                return web.Response(status=401)
            form = dict(parse_qsl(body.decode()))
            await client.put_item(
                TableName=table,
                Item={
                    "PK": {"S": f"user:{form['user_id']}"},
                    "SK": {"S": f"log:{time.time_ns()}"},
                    "text": {"S": form["text"]},
                    "log_id": {"S": str(uuid.uuid4())},
                },
            )
            return web.Response(text="Logged")

        app = web.Application()
        app.router.add_post("/slack/events", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
        await asyncio.Event().wait()


asyncio.run(main())
