"""Who may talk to the sandbox: this machine's own clients and page, and no other web site."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from companion.sandbox.workspace.message import RefusedError

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Keep other web sites out, and answer the page's mistakes in its own form."""
    host = request.host
    if host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        return refusal("This is reached as 127.0.0.1 or localhost only.", 403)
    if not request.path.startswith("/sandbox/"):
        return await handler(request)
    if request.method == "POST":
        if request.headers.get("Origin", f"http://{host}") != f"http://{host}":
            return refusal("Another web site may not do this.", 403)
        if request.content_type != "application/json":
            return refusal("The body has to be application/json.", 415)
    try:
        response = await handler(request)
    except RefusedError as error:
        return refusal(error.code, 400)
    if not response.prepared:
        response.headers.update(PAGE_HEADERS)
    return response


def refusal(error: str, status: int) -> web.Response:
    """An answer that the page can show."""
    return web.json_response({"ok": False, "error": error}, status=status)
