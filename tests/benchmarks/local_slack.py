"""The local Slack as a process of its own, so that it is not part of what is measured."""

import argparse
import asyncio
import json
from datetime import UTC, datetime

from companion.sandbox import LocalSlack


async def main(port: int) -> None:
    async with LocalSlack(now=lambda: datetime.now(UTC), port=port) as slack:
        print(
            json.dumps(
                {
                    "SLACK_API_URL": slack.api_url,
                    "SLACK_BOT_TOKEN": slack.bot_token,
                    "SLACK_APP_TOKEN": slack.app_token,
                    "SLACK_USER_ID": slack.user_id,
                }
            ),
            flush=True,
        )
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    asyncio.run(main(parser.parse_args().port))
