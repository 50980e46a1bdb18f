"""`companion sandbox`, as a process that is started and stopped."""

import signal

import aiohttp

from tests.entrypoints.cli.conftest import Start, end, line


async def test_the_sandbox_starts_with_no_account_and_stops(start: Start) -> None:
    async with start("sandbox", "--port", "0", "--no-browser", SLACK_USER_ID="") as process:
        said = await line(process)
        url = next(word for word in said.split() if word.startswith("http://127.0.0.1:"))
        async with aiohttp.ClientSession() as session, session.get(url) as page:
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        await end(process)

    assert process.returncode == 0
