"""What a daemon that starts at login needs of the shell that installs it, and must not get."""

import re
from collections.abc import Mapping
from pathlib import Path

PLACES = (
    "PATH",
    "AWS_CONFIG_FILE",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "LLM_USER_PATH",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
)
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES = (
    "AWS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
)
MODEL_HOSTS = ("OLLAMA_HOST", "OPENAI_API_BASE", "OPENAI_BASE_URL")
NETWORK = (*PROXIES, *(name.lower() for name in PROXIES), *CERTIFICATES, *MODEL_HOSTS)
"""What decides how the network is reached. Libraries read a proxy's name in both cases."""

MODEL_KEYS = {
    "ANTHROPIC_API_KEY": "anthropic",
    "GEMINI_API_KEY": "gemini",
    "LLM_GEMINI_KEY": "gemini",
    "LLM_GROQ_KEY": "groq",
    "LLM_MISTRAL_KEY": "mistral",
    "OPENAI_API_KEY": "openai",
    "OPENROUTER_KEY": "openrouter",
}
"""Variables with a model's key, and the key's name for `companion llm keys set`."""

_CACHES = {".cache", "Caches"}
_CACHE_ROOM = re.compile(r"(archive|builds|environments)-v\d+")


def carried_over(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that the daemon gets: how the network is reached, and where things are."""
    values = {name: environ.get(name) for name in (*PLACES, *NETWORK)}
    return {name: value for name, value in values.items() if value}


def with_password(environ: Mapping[str, str]) -> list[str]:
    """Variables among these whose address has a password in it, which no file may hold."""
    return [name for name in NETWORK if _has_password(environ.get(name, ""))]


def _has_password(address: str) -> bool:
    from urllib.parse import urlsplit  # only who installs the daemon waits for it

    try:
        return bool(urlsplit(address if "://" in address else f"//{address}").password)
    except ValueError:
        return False


def is_temporary(environment: Path, variables: Mapping[str, str]) -> bool:
    """Whether a Python environment lies in a cache, as those of `uvx` and `pipx run` do, and so
    disappears one day."""
    named = (variables.get("XDG_CACHE_HOME"), variables.get("UV_CACHE_DIR"))
    return any(environment.is_relative_to(folder) for folder in named if folder) or any(
        part in _CACHES or _CACHE_ROOM.fullmatch(part) for part in environment.parts
    )
