"""Serves the page's own files: HTML, scripts and styles."""

from importlib.resources import files

from aiohttp import web

from companion.sandbox.page.page_security import PAGE_HEADERS

_TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript"}


def page_file(path: str) -> web.Response:
    """A file of the page, such as `scripts/app.js`; 404 if it is missing."""
    source = files("companion.sandbox.page").joinpath(path)
    kind = _TYPES.get(path.rpartition(".")[2])
    if kind is None or not source.is_file():
        return web.Response(status=404, text="File not found.")
    return web.Response(
        body=source.read_bytes(), content_type=kind, charset="utf-8", headers=PAGE_HEADERS
    )
