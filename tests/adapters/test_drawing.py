"""A picture is drawn by another process, as SVG and as PNG."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from companion.adapters.drawing import ProcessPainter
from companion.domain.chart import draw_statistics
from companion.errors import DrawingError
from tests.domain.test_chart import busy

SVG = "{http://www.w3.org/2000/svg}"


async def test_a_png_opens_is_small_and_has_the_alt_text() -> None:
    picture = draw_statistics(busy())
    drawn = await ProcessPainter().draw(picture, "png")
    assert len(drawn) < 100_000
    with Image.open(BytesIO(drawn)) as image:
        assert image.size == (2 * picture.width, 2 * picture.height)
        assert image.width == 1440
        assert image.text["Description"] == picture.alt_text  # type: ignore[attr-defined]
        assert len(image.convert("RGB").getcolors() or ()) > 10


@pytest.mark.parametrize(("dark", "paper"), [(False, (255, 255, 255)), (True, (15, 20, 27))])
async def test_the_paper_is_light_or_dark(dark: bool, paper: tuple[int, int, int]) -> None:
    drawn = await ProcessPainter().draw(draw_statistics(busy(), dark=dark), "png")
    with Image.open(BytesIO(drawn)) as image:
        assert image.convert("RGB").getpixel((3, 3)) == paper


async def test_an_svg_has_a_title_and_a_description() -> None:
    picture = draw_statistics(busy())
    drawn = await ProcessPainter().draw(picture, "svg")
    assert len(drawn) < 100_000
    root = ElementTree.fromstring(drawn)
    assert root.findtext(f"{SVG}title") == picture.title
    assert root.findtext(f"{SVG}desc") == picture.alt_text
    assert root.get("aria-labelledby") == "title desc"
    assert len(root.findall(f"{SVG}rect")) > 7 * 24
    assert "#tag0" in [text.text for text in root.iter(f"{SVG}text")]


async def test_what_cannot_be_drawn_is_one_error() -> None:
    with pytest.raises(DrawingError, match="The GIF picture could not be drawn"):
        await ProcessPainter().draw(draw_statistics(busy()), "gif")


async def test_a_drawing_that_takes_too_long_is_one_error() -> None:
    with pytest.raises(DrawingError, match="not done after 0 s"):
        await ProcessPainter(timeout_s=0).draw(draw_statistics(busy()), "png")
