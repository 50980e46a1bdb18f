"""How the page looks where it counts: on a phone, zoomed, in the dark, and for a screen reader."""

from itertools import product

import pytest
from playwright.async_api import Browser, Page, expect

from companion.sandbox import LocalSlack
from tests.sandbox.page.conftest import BotSays

pytestmark = pytest.mark.browser

LONG = "https://example.com/" + "a-path-without-an-end/" * 12 + "x" * 300

# Every pair of (text colour, the ground behind it) that is on the screen now, as [r, g, b] lists.
# An element that is painted over its own or an inherited ground; see-through grounds are blended.
COLOURS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const [r, g, b, a = 1] = parse(getComputedStyle(element).backgroundColor);
    if (a === 1) return [r, g, b];
    const under = ground(element.parentElement);
    return [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const colour = parse(getComputedStyle(element).color).slice(0, 3);
    found.push([walker.currentNode.data.trim(), colour, ground(element)]);
  }
  return found;
}"""


def luminance(colour: list[float]) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = (c / 255 for c in colour)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


async def fill(page: Page, bot_says: BotSays) -> None:
    """A place with something of everything in it, and a thread beside it."""
    box = page.get_by_role("textbox", name="Message Companion")
    await box.fill(f"reading {LONG}")
    await box.press("Enter")
    await box.fill("/log fixed the flaky test")
    await box.press("Enter")
    await expect(page.get_by_text("Only visible to you").last).to_be_visible()
    own = page.get_by_role("article").first
    await own.get_by_role("button", name="Reply in thread").press("Enter")
    reply = page.get_by_role("textbox", name="Reply")
    await reply.fill(f"and {LONG}")
    await reply.press("Enter")
    await expect(page.get_by_role("complementary").get_by_role("article")).to_have_count(2)


async def overflow(page: Page) -> int:
    return int(
        await page.evaluate(
            "Math.max(...[...document.querySelectorAll('html, body, .scroll')]"
            ".map(e => e.scrollWidth - e.clientWidth))"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_the_contrast_of_aa(
    page: Page, bot_says: BotSays, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    empty = await page.evaluate(COLOURS)
    await fill(page, bot_says)
    await page.get_by_role("textbox", name="Message Companion").fill("/")
    full = await page.evaluate(COLOURS)
    dark_ground = luminance(
        await page.evaluate("getComputedStyle(document.body).color.match(/\\d+/g).map(Number)")
    )

    assert (dark_ground > 0.5) == (scheme == "dark")
    assert len(full) > 15
    weak = [
        (text, contrast(ink, ground))
        for text, ink, ground in empty + full
        if contrast(ink, ground) < 4.5
    ]
    assert weak == []


async def test_nothing_scrolls_sideways(page: Page, bot_says: BotSays) -> None:
    await fill(page, bot_says)

    for width, threaded in product((320, 360, 640, 900, 1280), (True, False)):
        await page.set_viewport_size({"width": width, "height": 640})
        if not threaded:
            await page.keyboard.press("Escape")
        assert await overflow(page) <= 0, (width, threaded)
        if not threaded:
            await page.go_back()
            await expect(page.get_by_role("complementary")).to_be_visible()


async def test_on_a_phone_a_thread_covers_the_messages_until_back(
    page: Page, bot_says: BotSays
) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await fill(page, bot_says)

    await expect(page.get_by_role("main")).to_be_hidden()
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_role("complementary")).to_be_hidden()

    await page.get_by_role("link", name="general").click()
    await expect(page.get_by_role("heading", name="#general")).to_be_attached()


async def test_at_twice_the_size_one_can_still_read_and_write(
    page: Page, bot_says: BotSays
) -> None:
    await page.set_viewport_size({"width": 640, "height": 360})  # 1280 x 720 at 200 %
    await page.get_by_role("textbox", name="Message Companion").fill("a\nb\nc\nd\ne\nf\ng\nh")

    await expect(page.get_by_role("textbox", name="Message Companion")).to_be_in_viewport(
        ratio=0.99
    )
    await expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=0.99)


async def test_every_control_has_a_name(page: Page, bot_says: BotSays) -> None:
    await fill(page, bot_says)

    nameless = await page.evaluate(
        "[...document.querySelectorAll('button, a, textarea')].filter(e => e.checkVisibility() && "
        "!(e.ariaLabel ?? '').trim() && !e.innerText.trim() && !e.textContent.trim()).length"
    )
    assert nameless == 0
    for role in ("navigation", "main", "complementary"):
        await expect(page.get_by_role(role)).to_have_count(1)
    log = page.get_by_role("log", name="Messages in Companion")
    await expect(log).to_have_attribute("aria-live", "polite")


async def test_nothing_moves_for_someone_who_asked_for_less_motion(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")

    moving = await page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 }).length"
    )
    assert moving == 0


async def test_the_note_shows_a_command_as_code(page: Page) -> None:
    await expect(page.locator("#note")).to_have_text(
        "Kept in memory only. To clear it, run companion sandbox --reset."
    )
    await expect(page.locator("#note code")).to_have_text("companion sandbox --reset")


async def test_on_a_phone_one_sees_whether_companion_is_connected(
    page: Page, slack: LocalSlack
) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    presence = page.locator("#presence")
    await expect(presence).to_have_text("Not connected")
    box = await presence.bounding_box()
    assert box is not None
    assert box["width"] > 50


async def test_times_have_24_hours_wherever_the_browser_is_from(
    browser: Browser, slack: LocalSlack, bot_says: BotSays
) -> None:
    await bot_says("What are you doing right now?")
    context = await browser.new_context(locale="en-US", timezone_id="Europe/Berlin")
    page = await context.new_page()
    await page.goto(slack.url)
    await expect(page.locator("main .message .when")).to_have_text("18:30")
    await context.close()


async def test_a_prompt_right_under_a_summary_stands_apart(page: Page, bot_says: BotSays) -> None:
    await bot_says("## Summary\n- one", [{"type": "markdown", "text": "## Summary\n- one"}])
    await bot_says("What are you doing right now?")
    await bot_says("And now?")
    texts = page.locator("main .message .text")
    await expect(texts).to_have_count(3)
    gaps = await texts.evaluate_all(
        "all => all.slice(1).map((one, i) => "
        "one.getBoundingClientRect().top - all[i].getBoundingClientRect().bottom)"
    )
    assert gaps[0] > 10 > gaps[1]
