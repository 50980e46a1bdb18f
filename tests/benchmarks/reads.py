"""What AWS would charge for the reads of a daemon that has a day with nothing to do."""

import asyncio
from datetime import timedelta
from pathlib import Path

from companion.adapters.dynamodb import DynamoLogStore
from companion.entrypoints.daemon import Intervals
from tests.benchmarks.report import Figure
from tests.dynamodb_server import RecordingDynamoDB, recording_dynamodb
from tests.system import workplace

TICK, DAY = timedelta(seconds=20), timedelta(days=1)
READ_UNITS = 3000
SAID = 7


def reads(folder: Path) -> list[Figure]:
    """Every tick of a day, with its prompts and its summary, on moto's DynamoDB."""
    with recording_dynamodb() as dynamodb:
        asyncio.run(_day(folder, dynamodb))
    return [
        Figure(
            name=f"DynamoDB: read units a day of an idle daemon, to {READ_UNITS:,}",
            ours=f"{dynamodb.read_units:,.0f}",
            reference=f"{READ_UNITS:,}",
            ratio=dynamodb.read_units / READ_UNITS,
            goal=1,
        )
    ]


async def _day(folder: Path, dynamodb: RecordingDynamoDB) -> None:
    table = {
        "table": "reads",
        "region": "us-west-2",
        "endpoint_url": dynamodb.url,
        "access_key": "test",
        "secret_key": "test",
    }
    async with DynamoLogStore.open(**table) as store:
        await store.create_table()
    intervals = Intervals(tick=DAY, asleep_after=timedelta(minutes=1))
    async with workplace(folder, table) as place:
        for number in range(SAID):
            await place.slack.say(f"message {number} of the day before, of the usual length")
            place.clock.advance(timedelta(minutes=1))
        async with place.run(intervals) as system:

            async def live(until: timedelta) -> None:
                end = place.clock.now() + until
                while place.clock.now() < end:
                    place.clock.advance(TICK)
                    await system.daemon.tick()
                    await system.daemon.reading.wait()

            await live(30 * TICK)  # the first reading looks further back, the first tick plans
            dynamodb.read_units = 0
            await live(DAY)
