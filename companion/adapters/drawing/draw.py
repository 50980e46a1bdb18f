"""Draws one picture: JSON on standard input, SVG or PNG on standard output."""

import json
import sys
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

SCALE = 2
"""Pixels for a unit, so that a phone shows small letters sharp."""
COLOURS = 64
"""So many colours are enough, and keep the file small."""
FONTS = ("DejaVuSans.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "arial.ttf")
"""Where Pillow's own font has no letter, the first of these on this machine that has it."""
_MISSING = "\U0010ffff"


def svg(picture: dict[str, Any]) -> bytes:
    """As SVG, with title and description for screen readers."""
    width, height = picture["width"], picture["height"]
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": f"{width}",
            "height": f"{height}",
            "role": "img",
            "aria-labelledby": "title desc",
            "font-family": "system-ui, Helvetica, Arial, sans-serif",
        },
    )
    ElementTree.SubElement(root, "title", id="title").text = picture["title"]
    ElementTree.SubElement(root, "desc", id="desc").text = picture["alt_text"]
    paper = {"x": 0, "y": 0, "width": width, "height": height, "colour": picture["paper"]}
    for shape in (paper, *picture["shapes"]):
        place = {"x": f"{shape['x']:g}", "y": f"{shape['y']:g}", "fill": shape["colour"]}
        if "text" in shape:
            anchor = "end" if shape["to_right"] else "start"
            place |= {"font-size": f"{shape['size']}", "text-anchor": anchor}
            ElementTree.SubElement(root, "text", place).text = shape["text"]
        else:
            size = {name: f"{shape[name]:.4g}" for name in ("width", "height")}
            ElementTree.SubElement(root, "rect", place | size)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def png(picture: dict[str, Any]) -> bytes:
    """As PNG, with the alt text as its description."""
    from PIL.PngImagePlugin import PngInfo

    size = (picture["width"] * SCALE, picture["height"] * SCALE)
    image = Image.new("RGB", size, picture["paper"])
    canvas = ImageDraw.Draw(image)
    for shape in picture["shapes"]:
        x, y = shape["x"] * SCALE, shape["y"] * SCALE
        if "text" in shape:
            font = _font(shape["text"], shape["size"] * SCALE)
            anchor = "rs" if shape["to_right"] else "ls"
            canvas.text((x, y), shape["text"], fill=shape["colour"], font=font, anchor=anchor)
        else:
            # Pillow draws the last pixel, too.
            right, bottom = x + shape["width"] * SCALE - 1, y + shape["height"] * SCALE - 1
            canvas.rectangle((x, y, max(right, x), max(bottom, y)), fill=shape["colour"])
    described = PngInfo()
    described.add_itxt("Title", picture["title"])
    described.add_itxt("Description", picture["alt_text"])
    written = BytesIO()
    image.quantize(COLOURS).save(written, "PNG", optimize=True, pnginfo=described)
    return written.getvalue()


def _font(text: str, size: int) -> Any:
    """A font that has all letters of the text; Pillow's own if there is none."""
    own = ImageFont.load_default(size)
    if _has_all(own, text):
        return own
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, size)
        except OSError:
            continue
        if _has_all(font, text):
            return font
    return own


def _has_all(font: Any, text: str) -> bool:
    missing = bytes(font.getmask(_MISSING))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in text)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    sys.stdout.buffer.write({"svg": svg, "png": png}[given["form"]](given))
