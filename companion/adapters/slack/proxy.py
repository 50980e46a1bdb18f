"""Which proxy a request to Slack takes, for everything that talks to Slack.

slack_sdk takes HTTPS_PROXY for every address, also for this machine's, and never looks at NO_PROXY.
aiohttp looks at NO_PROXY, but for a WebSocket it wants WSS_PROXY, which nobody sets.
"""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

SCHEMES = {"wss": ("https", "http"), "https": ("https", "http"), "ws": ("http",), "http": ("http",)}
"""Whose proxy is taken. HTTP_PROXY alone has always served for Slack's https addresses too."""


def proxy_for(url: str) -> str | None:
    """The proxy's address; None for a direct connection: on this machine, and where NO_PROXY says
    so. A Mac's system settings count where the environment has no proxy."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_this_machine(host) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    names = (*SCHEMES.get(parts.scheme, ()), "all")
    found = next((proxies[name].strip() for name in names if proxies.get(name)), "")
    if not found:
        return None
    return found if "://" in found else f"http://{found}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
