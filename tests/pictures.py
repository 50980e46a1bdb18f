"""Takes the pictures of the README again: `uv run --group dev python -m tests.pictures`.

The sandbox is the real one. Its clock is set by hand, and a script writes what a model would write.
"""

import asyncio
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from companion.adapters.summarizer import ProcessSummarizer
from companion.domain.summaries.summary import WEEK
from companion.entrypoints import sandbox
from companion.settings import SETTINGS
from companion.texts import terminal
from companion.texts.slack import QUESTION
from tests.browser import MISSING, find_browser
from tests.documents import ROOT

DAY, SUMMARY = ROOT / "docs" / "day.gif", ROOT / "docs" / "summary.png"
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, tzinfo=ZONE)
WIDTH = 1140
SHOWN_FOLDER = "~/.local/share/companion-memory/sandbox"
COLOURS = 256
POINTER = ((0, 0), (0, 18), (4, 14), (7, 21), (10, 20), (7, 13), (13, 13))

type Lines = Sequence[tuple[str, Sequence[str]]]
"""What a summary says, each line with words of the entries that it rests on."""

STUCK = "stuck on the retry loop in billing-sync, writing a failing test first"
GREEN = "the test is green, it was an off-by-one. PR #412 is open"
SAID = (
    (0, 10, 20, "planning the move of billing-sync to the new queue with Mira"),
    (0, 15, 5, "/log agreed with Mira: billing-sync moves in January"),
    (1, 9, 40, "some invoices went out twice, looking at the retry loop in billing-sync"),
    (1, 10, 13, STUCK),
    (1, 15, 40, f"/log {GREEN}"),
    (2, 10, 55, "PR #412 is merged, now answering support mails"),
    (2, 14, 30, "writing the notes for release 2.8"),
)
DAY_LINES: Lines = (
    ("You wrote a failing test for the retry loop in billing-sync.", ["stuck on"]),
    ("The test went green; it was an off-by-one. **PR #412** is open.", ["test is green"]),
)
WEEK_LINES: Lines = (
    ("You planned the move of billing-sync to the new queue with Mira.", ["with Mira", "agreed"]),
    (
        "Its retry loop sent some invoices twice; you wrote a failing test first.",
        ["twice", "stuck"],
    ),
    ("It was an off-by-one: **PR #412** is merged.", ["green", "merged"]),
)
YESTERDAY_LINES: Lines = (
    ("**PR #412**, the fix of the retry loop, is merged.", ["merged"]),
    ("You answered support mails, and wrote the notes for release 2.8.", ["merged", "2.8"]),
)


class HandSetClock:
    """A clock that goes on from where it was last set."""

    def __init__(self) -> None:
        self.set(MONDAY)

    def set(self, moment: datetime) -> None:
        self._set_to, self._set_at = moment, time.monotonic()

    def now(self) -> datetime:
        return self._set_to + timedelta(seconds=time.monotonic() - self._set_at)


def written(lines: Lines, material: str) -> str:
    """The lines as a model answers: each ends with the numbers of its entries."""
    entries = re.findall(r'number="(\d+)"[^>]*>\n(.*?)\n<', material, re.DOTALL)
    answer = []
    for line, words in lines:
        numbers = [number for number, text in entries if any(word in text for word in words)]
        answer.append(f"- {line} [{', '.join(numbers)}]")
    return "\n".join(answer)


class Sandbox:
    """A sandbox in a browser, at a moment of one's choice."""

    def __init__(self, page: Page, clock: HandSetClock) -> None:
        self.page, self.clock = page, clock
        self.messages = page.get_by_role("main").get_by_role("log").get_by_role("article")
        self.thread = page.get_by_role("complementary", name="Thread")

    async def at(self, moment: datetime) -> None:
        self.clock.set(moment)
        await self.page.clock.set_fixed_time(moment)

    def box(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile(f"^{name}"))

    async def say(self, text: str) -> None:
        await self.box("Message").fill(text)
        await self.box("Message").press("Enter")
        said = self.messages.filter(has_text=text.removeprefix("/log ")).last
        await expect(said.get_by_text("✅")).to_be_visible()

    async def ask(self) -> Locator:
        before = await self.messages.filter(has_text=QUESTION).count()
        await self.page.get_by_role("button", name="Ask me now").click()
        await expect(self.messages.filter(has_text=QUESTION)).to_have_count(before + 1)
        return self.messages.filter(has_text=QUESTION).last

    async def summarize(self) -> Locator:
        await self.page.get_by_role("button", name="Summarize now").click()
        summary = self.messages.filter(has_text="you’ve been up to").last
        await expect(summary).to_be_visible()
        return summary


@contextmanager
def scripted(clock: HandSetClock, week: Lines, day: Lines) -> Iterator[None]:
    """A folder, a clock, a zone and a model of the sandbox's own, instead of this machine's."""

    async def summarize(_: ProcessSummarizer, instruction: str, material: str) -> str:
        return written(week if WEEK.instruction in instruction else day, material)

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        for place, name, instead in (
            (sandbox, "SystemClock", lambda: clock),
            (sandbox, "machine_zone", lambda: ZONE),
            (sandbox, "sandbox_folder", lambda: Path(folder)),
            (ProcessSummarizer, "summarize", summarize),
            (terminal, "STORED_IN", terminal.STORED_IN.replace("{folder}", SHOWN_FOLDER)),
        ):
            stack.enter_context(patch.object(place, name, instead))
        yield


@asynccontextmanager
async def opened(browser: Browser, clock: HandSetClock, height: int) -> AsyncIterator[Sandbox]:
    """A new sandbox, and its page."""
    said: asyncio.Queue[str] = asyncio.Queue()
    stop = asyncio.Event()
    running = asyncio.create_task(sandbox.run(0, False, False, said.put_nowait, None, stop))
    url = re.search(r"http://[\d.:]+", await said.get())
    assert url is not None
    page = await browser.new_page(
        viewport={"width": WIDTH, "height": height},
        locale="en-GB",
        timezone_id=ZONE.key,
        reduced_motion="reduce",
        color_scheme="light",
    )
    await page.clock.set_fixed_time(clock.now())
    await page.goto(url[0])
    await expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    yield Sandbox(page, clock)
    await page.close()
    stop.set()
    await running


class Film:
    """Pictures of a page, each with how long it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.shown_ms: list[int] = []

    async def show(self, ms: int, pointer: Locator | None = None) -> None:
        frame = Image.open(BytesIO(await self.page.screenshot(caret="initial"))).convert("RGB")
        box = await pointer.bounding_box() if pointer else None
        if box:
            x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6
            outline = [(x + dx, y + dy) for dx, dy in POINTER]
            ImageDraw.Draw(frame).polygon(outline, fill="black", outline="white", width=1)
        self.frames.append(frame)
        self.shown_ms.append(ms)

    async def type(self, box: Locator, text: str, pieces: int = 6) -> None:
        """The text as it grows, word by word, and then sent."""
        words = text.split(" ")
        for piece in range(1, pieces + 1):
            await box.fill(" ".join(words[: len(words) * piece // pieces]))
            await self.show(130)
        await self.show(600)
        await box.press("Enter")

    async def click(self, button: Locator) -> None:
        await button.hover()
        await self.show(800, button)

    def save(self, file: Path) -> None:
        """As a GIF, which every site shows, with the same colours in all frames."""
        palette = common_palette(self.frames)
        frames = [
            frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames
        ]
        frames[0].save(
            file, save_all=True, append_images=frames[1:], duration=self.shown_ms, loop=0
        )


def common_palette(frames: Sequence[Image.Image]) -> Image.Image:
    """The page's own colours as they are, and as many again that cover the others, as in emoji."""
    counts: Counter[Any] = Counter()
    sheet = Image.new("RGB", (frames[0].width, sum(frame.height for frame in frames)))
    top = 0
    for frame in frames:
        for count, colour in frame.getcolors(frame.width * frame.height) or ():
            counts[colour] += count
        sheet.paste(frame, (0, top))
        top += frame.height
    own = [colour for colour, _ in counts.most_common(COLOURS // 2)]
    others = sheet.quantize(COLOURS // 2, Image.Quantize.MAXCOVERAGE).getpalette() or []
    # Pillow takes any of the colours that are this close to each other: the first is to win.
    distinct: dict[Any, Any] = {}
    for colour in (*own, *batched(others, 3, strict=True)):
        distinct.setdefault(tuple(part >> 3 for part in colour), colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in distinct.values() for part in colour])
    return palette


async def film_day(box: Sandbox) -> Film:
    """The welcome, a prompt and its answer, a `/log`, and the summary."""
    film = Film(box.page)
    await expect(box.messages).to_have_count(1)
    await film.show(2500)

    await box.at(MONDAY + timedelta(hours=10, minutes=12))
    await film.click(box.page.get_by_role("button", name="Ask me now"))
    prompt = await box.ask()
    await box.page.mouse.move(500, 200)
    await film.show(1200)
    await prompt.hover()
    reply = prompt.get_by_role("button", name="Reply in thread")
    await film.click(reply)
    await reply.click()
    await box.at(MONDAY + timedelta(hours=10, minutes=13))
    await film.type(box.box("Reply"), STUCK)
    answer = box.thread.get_by_role("article").filter(has_text=STUCK)
    await expect(answer.get_by_text("✅")).to_be_visible()
    await film.show(1800)
    await box.thread.get_by_role("button", name="Close thread").click()

    await box.at(MONDAY + timedelta(hours=15, minutes=40))
    await box.box("Message").focus()
    await film.type(box.box("Message"), f"/log {GREEN}")
    await expect(box.messages.get_by_text("Logged at")).to_be_visible()
    await film.show(2000)

    await box.at(MONDAY + timedelta(hours=17, minutes=2))
    await film.click(box.page.get_by_role("button", name="Summarize now"))
    await box.summarize()
    await expect(box.messages).to_have_count(4)  # no prompt came by chance
    await film.show(6000)
    return film


async def photograph_summary(box: Sandbox) -> bytes:
    """A summary at the end of a week's third day."""
    for day, hour, minute, text in SAID:
        await box.at(MONDAY + timedelta(days=day, hours=hour, minutes=minute))
        await box.say(text)
    await box.at(MONDAY + timedelta(days=2, hours=17, minutes=2))
    await box.page.reload()  # a new day, also for what was said before
    summary = await box.summarize()
    await box.page.mouse.move(500, 5)
    await summary.scroll_into_view_if_needed()
    return await box.page.screenshot()


async def main() -> None:
    executable = find_browser()
    if executable is None:
        raise SystemExit(MISSING)
    for name in SETTINGS:
        os.environ.pop(name.upper(), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        clock = HandSetClock()
        clock.set(MONDAY + timedelta(hours=9, minutes=2))
        with scripted(clock, week=DAY_LINES, day=DAY_LINES):
            async with opened(browser, clock, 620) as box:
                film = await film_day(box)
        film.save(DAY)
        clock.set(MONDAY + timedelta(hours=9))
        # The days fly past: no prompt and no other summary is to come in between.
        os.environ |= {"COMPANION_PROMPTS_PER_DAY": "0", "COMPANION_SUMMARY_TIME": "23:59"}
        with scripted(clock, WEEK_LINES, YESTERDAY_LINES):
            async with opened(browser, clock, 505) as box:
                SUMMARY.write_bytes(await photograph_summary(box))
        await browser.close()
    print(f"{len(film.frames)} frames, {sum(film.shown_ms) / 1000} s, {DAY.stat().st_size} bytes")


if __name__ == "__main__":
    asyncio.run(main())
