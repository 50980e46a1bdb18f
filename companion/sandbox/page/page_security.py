"""Which requests the sandbox answers, and the headers that protect its page in the browser."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from companion.sandbox.workspace.message import RefusedError

PAGE_HEADERS = {
    # Nothing but what is the page's own; the icon is a data: address.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Keep other web sites out, answer the page's mistakes in its own form, add the headers."""
    try:
        response = _check(request) or await handler(request)
    except RefusedError as error:
        response = refusal(error.code, 400)
    except web.HTTPException as error:
        error.headers.update(PAGE_HEADERS)
        raise
    if not response.prepared:
        response.headers.update(PAGE_HEADERS)
    return response


def _check(request: web.Request) -> web.Response | None:
    """The refusal of a request that another web site may have caused."""
    host = request.host
    # A name that a web site points at this machine is not one of these two.
    if host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        return refusal("The sandbox answers at 127.0.0.1 and localhost only.", 403)
    if request.method != "POST" or not request.path.startswith("/sandbox/"):
        return None
    if request.headers.get("Origin", f"http://{host}") != f"http://{host}":
        return refusal("Another web site may not do this.", 403)
    if request.content_type != "application/json":
        return refusal("The body has to be application/json.", 415)
    return None


def refusal(error: str, status: int, **more: str) -> web.Response:
    """An answer that the page can show."""
    return web.json_response({"ok": False, "error": error, **more}, status=status)
