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
    def __init__(self) -> None:
        self.keys: dict[str, list[str]] = {}
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: dict[str, int] = {}
        self.bytes_read = 0

    async def handle(self, request: web.Request) -> web.Response:
        operation = request.headers["X-Amz-Target"].partition(".")[2]
        self.calls[operation] = self.calls.get(operation, 0) + 1
        body = json.loads(await request.read())
        status, answer = getattr(self, operation)(body)
        return web.Response(
            status=status, body=json.dumps(answer), content_type="application/x-amz-json-1.0"
        )

    async def stats(self, _: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls, "bytes_read": self.bytes_read})

    def put(self, item: dict[str, Any]) -> None:
        pk, sk = item["PK"]["S"], item["SK"]["S"]
        if (pk, sk) not in self.items:
            insort(self.keys.setdefault(pk, []), sk)
        self.items[pk, sk] = item

    def PutItem(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 -- AWS's name
        item = body["Item"]
        old = self.items.get((item["PK"]["S"], item["SK"]["S"]))
        if old is not None and body.get("ConditionExpression"):
            return 400, {
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
                "Item": old,
            }
        self.put(item)
        return 200, {}

    def GetItem(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 -- AWS's name
        key = body["Key"]
        item = self.items.get((key["PK"]["S"], key["SK"]["S"]))
        return 200, {"Item": item} if item else {}

    def BatchWriteItem(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 -- AWS's name
        for requests in body["RequestItems"].values():
            for request in requests:
                self.put(request["PutRequest"]["Item"])
        return 200, {"UnprocessedItems": {}}

    def Query(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 -- AWS's name
        values = body["ExpressionAttributeValues"]
        texts = sorted(value["S"] for value in values.values())
        pk = next(text for text in texts if text.startswith("user:"))
        low, high = [text for text in texts if text != pk]
        keys = self.keys.get(pk, [])
        first = bisect_left(keys, low)
        if start := body.get("ExclusiveStartKey"):
            first = bisect_right(keys, start["SK"]["S"])
        found, size, last = [], 0, None
        for sk in keys[first : bisect_right(keys, high)]:
            item = self.items[pk, sk]
            found.append(item)
            size += sum(len(name) + len(next(iter(v.values()))) for name, v in item.items())
            if size >= PAGE_BYTES or len(found) == body.get("Limit"):
                last = {"PK": {"S": pk}, "SK": {"S": sk}}
                break
        self.bytes_read += size
        answer: dict[str, Any] = {"Items": found, "Count": len(found), "ScannedCount": len(found)}
        if last:
            answer["LastEvaluatedKey"] = last
        return 200, answer


async def serve(port: int) -> None:
    engine = Engine()
    app = web.Application(client_max_size=64 * 1024**2)
    app.router.add_post("/", engine.handle)
    app.router.add_get("/stats", engine.stats)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    asyncio.run(serve(parser.parse_args().port))
