"""What a daemon that starts at login takes over from the shell that installs it."""

from pathlib import Path

import pytest

from companion.domain.computer.surroundings import carried_over, is_temporary, with_password

HOME = Path("/home/ada")


def test_proxies_certificates_and_hosts_are_carried_over_and_keys_are_not() -> None:
    network = {
        "HTTPS_PROXY": "http://proxy:3128",
        "https_proxy": "http://proxy:3128",
        "NO_PROXY": "localhost,.corp",
        "no_proxy": "localhost",
        "SSL_CERT_FILE": "/etc/corp.pem",
        "SSL_CERT_DIR": "/etc/certs",
        "REQUESTS_CA_BUNDLE": "/etc/corp.pem",
        "AWS_CA_BUNDLE": "/etc/corp.pem",
        "OLLAMA_HOST": "gpu.local:11434",
    }
    secrets = {"OPENAI_API_KEY": "sk-1", "SLACK_BOT_TOKEN": "xoxb-1", "AWS_SECRET_ACCESS_KEY": "1"}
    assert carried_over(network | secrets | {"HTTP_PROXY": ""}) == network


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("http://ada:secret@proxy:3128", True),
        ("ada:secret@proxy:3128", True),
        ("http://ada@proxy:3128", False),
        ("http://proxy:3128", False),
        ("proxy:3128", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_an_address_with_a_password_is_a_secret(address: str, secret: bool) -> None:
    assert with_password({"https_proxy": address}) == (["https_proxy"] if secret else [])


@pytest.mark.parametrize(
    ("environment", "variables", "temporary"),
    [
        (HOME / ".cache/uv/archive-v0/abc", {}, True),
        (Path("/caches/uv/environments-v2/abc"), {"XDG_CACHE_HOME": "/caches"}, True),
        (Path("/fast/abc"), {"UV_CACHE_DIR": "/fast"}, True),
        (Path("/elsewhere/archive-v0/abc"), {}, True),
        (HOME / ".local/share/pipx/.cache/abc", {}, True),
        (HOME / ".cache/pipx/abc", {}, True),
        (HOME / "Library/Caches/pipx/abc", {}, True),
        (Path("/pipx/.cache/abc"), {"PIPX_HOME": "/pipx"}, True),
        (HOME / ".local/share/uv/tools/companion-memory", {}, False),
        (HOME / ".local/share/pipx/venvs/companion-memory", {}, False),
        (HOME / "companion/.venv", {}, False),
    ],
)
def test_an_environment_in_a_cache_is_temporary(
    environment: Path, variables: dict[str, str], temporary: bool
) -> None:
    assert is_temporary(environment, variables) is temporary
