"""A DynamoDB of its own process on loopback, fast enough not to be what is measured.

It knows the few operations that the store uses, keeps items sorted, pages at 1 MB like the real
one, and counts what it was asked and what it sent. Conditions: a put only ever replaces nothing.
"""

import argparse
import asyncio
import json
from bisect import bisect_left, bisect_right, insort
from typing import Any

from aiohttp import web

PAGE_BYTES = 1024 * 1024


class Engine:
    """Items as JSON, by partition and in the order of their sort keys."""

    def __init__(self) -> None:
        self.keys: dict[str, list[str]] = {}
        self.items: dict[str, dict[str, str]] = {}
        self.calls: dict[str, int] = {}
        self.bytes_read = 0

    async def handle(self, request: web.Request) -> web.Response:
        operation = request.headers["X-Amz-Target"].partition(".")[2]
        self.calls[operation] = self.calls.get(operation, 0) + 1
        status, answer = getattr(self, operation)(json.loads(await request.read()))
        return web.Response(status=status, text=answer, content_type="application/x-amz-json-1.0")

    async def stats(self, _: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls, "bytes_read": self.bytes_read})

    async def fill(self, request: web.Request) -> web.Response:
        """Many items at once, without a request for each."""
        for line in (await request.text()).splitlines():
            self.put(json.loads(line), line)
        return web.Response(text="ok")

    def put(self, item: dict[str, Any], text: str) -> None:
        pk, sk = item["PK"]["S"], item["SK"]["S"]
        items = self.items.setdefault(pk, {})
        if sk not in items:
            insort(self.keys.setdefault(pk, []), sk)
        items[sk] = text

    def PutItem(self, body: dict[str, Any]) -> tuple[int, str]:  # noqa: N802 -- AWS's name
        item = body["Item"]
        old = self.items.get(item["PK"]["S"], {}).get(item["SK"]["S"])
        if old is not None and body.get("ConditionExpression"):
            kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            return 400, (
                f'{{"__type": "{kind}", "message": "The condition does not hold", "Item": {old}}}'
            )
        self.put(item, json.dumps(item))
        return 200, "{}"

    def GetItem(self, body: dict[str, Any]) -> tuple[int, str]:  # noqa: N802 -- AWS's name
        key = body["Key"]
        item = self.items.get(key["PK"]["S"], {}).get(key["SK"]["S"])
        return 200, f'{{"Item": {item}}}' if item else "{}"

    def Query(self, body: dict[str, Any]) -> tuple[int, str]:  # noqa: N802 -- AWS's name
        values = sorted(value["S"] for value in body["ExpressionAttributeValues"].values())
        pk = next(value for value in values if value.startswith("user:"))
        low, high = [value for value in values if value != pk]
        keys, items = self.keys.get(pk, []), self.items.get(pk, {})
        first = bisect_left(keys, low)
        if start := body.get("ExclusiveStartKey"):
            first = bisect_right(keys, start["SK"]["S"])
        found: list[str] = []
        size, last = 0, ""
        # The only filter that the store has: `attribute_exists(name)`.
        having = f'"{body["FilterExpression"][17:-1]}"' if "FilterExpression" in body else ""
        for sk in keys[first : bisect_right(keys, high)]:
            if having in items[sk]:
                found.append(items[sk])
            size += len(items[sk])
            if size >= PAGE_BYTES or len(found) == body.get("Limit"):
                last = f', "LastEvaluatedKey": {json.dumps({"PK": {"S": pk}, "SK": {"S": sk}})}'
                break
        self.bytes_read += size
        count = f'"Count": {len(found)}, "ScannedCount": {len(found)}'
        return 200, f'{{"Items": [{", ".join(found)}], {count}{last}}}'


async def serve(port: int) -> None:
    engine = Engine()
    app = web.Application(client_max_size=64 * 1024**2)
    app.router.add_post("/", engine.handle)
    app.router.add_post("/fill", engine.fill)
    app.router.add_get("/stats", engine.stats)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    asyncio.run(serve(parser.parse_args().port))
