"""What is wrong is named as what it is, with what fixes it: a clock, a login, a certificate."""

import json
import ssl
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.bootstrap.surroundings import slack_account, webhook_probe
from companion.domain.entry import Entry, Source, command_log_id
from companion.domain.manifest import SCOPES, App
from companion.errors import MessengerError, SlackUnreachableError, StoreError, WebhookError
from companion.texts.certificates import certificate_problem
from tests.certificates import Authority, tls_server
from tests.dynamodb_server import App as WsgiApp
from tests.dynamodb_server import RecordingDynamoDB, dynamodb, recording_dynamodb

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG, OVER = timedelta(days=5), -timedelta(days=1)
INSPECTED = "If your network inspects connections"


def entry(text: str = "hunter2") -> Entry:
    return Entry(
        user_id="U1",
        timestamp=NOON,
        text=text,
        log_id=command_log_id("first"),
        source=Source.COMMAND,
    )


async def refusal(settings: dict[str, str]) -> str:
    """What is said when an entry cannot be written."""
    async with DynamoLogStore.open(**settings) as store:
        with pytest.raises(StoreError) as caught:
            await store.write_log(entry())
    assert "hunter2" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)


@pytest.fixture
async def untrusted(tmp_path: Path) -> AsyncIterator[str]:
    """A server whose authority nobody knows."""
    async with tls_server(Authority().server_context(tmp_path, "127.0.0.1", LONG)) as url:
        yield url


async def test_aws_behind_a_certificate_that_is_not_trusted(
    untrusted: str, dynamodb_settings: dict[str, str]
) -> None:
    said = await refusal(dynamodb_settings | {"endpoint_url": untrusted})
    assert "DynamoDB cannot be reached: its certificate is not trusted (" in said
    assert f"{INSPECTED} (a company's proxy), set AWS_CA_BUNDLE" in said


async def test_aws_behind_a_certificate_that_is_over(
    dynamodb_settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority()
    bundle = tmp_path / "authority.pem"
    bundle.write_bytes(authority.pem())
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    async with tls_server(authority.server_context(tmp_path, "127.0.0.1", OVER)) as url:
        said = await refusal(dynamodb_settings | {"endpoint_url": url})
    assert "its certificate is not trusted (certificate has expired)" in said
    assert "Check this computer's clock" in said


@pytest.mark.parametrize(
    ("strict", "address", "until", "words"),
    [
        (False, "127.0.0.1", LONG, "more strictly than curl"),
        (True, "127.0.0.1", OVER, "Check this computer's clock"),
        (True, "192.0.2.1", LONG, "Check the address"),
    ],
)
async def test_slack_behind_a_certificate_whose_authority_is_trusted(
    strict: bool,
    address: str,
    until: timedelta,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority(strict)
    # aiohttp reads SSL_CERT_FILE when it is imported.
    trusting = ssl.create_default_context(cadata=authority.pem().decode())
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    async with tls_server(authority.server_context(tmp_path, address, until)) as url:
        with pytest.raises(MessengerError, match="its certificate is not trusted") as caught:
            await slack_account("xoxb-1", f"{url}/api/").time()
    assert words in str(caught.value)


async def test_slack_behind_a_certificate_that_is_not_trusted(untrusted: str) -> None:
    account = slack_account("xoxb-1", f"{untrusted}/api/")
    with pytest.raises(SlackUnreachableError, match=r"not trusted .* set SSL_CERT_FILE"):
        await account.check_bot_token(SCOPES[App.DAEMON])
    with pytest.raises(MessengerError, match=r"not trusted .* set SSL_CERT_FILE") as caught:
        await account.time()
    assert caught.value.code == "ClientConnectorCertificateError"


async def test_a_webhook_behind_a_certificate_that_is_not_trusted(untrusted: str) -> None:
    with pytest.raises(WebhookError, match=r"not trusted .* set SSL_CERT_FILE"):
        await webhook_probe(5.0, None).reach(untrusted)


def test_another_error_is_not_about_a_certificate() -> None:
    assert certificate_problem(ConnectionRefusedError(), "SSL_CERT_FILE") is None


@pytest.fixture
async def recording(
    dynamodb_settings: dict[str, str],
) -> AsyncIterator[tuple[RecordingDynamoDB, dict[str, str]]]:
    with recording_dynamodb() as recording:
        yield recording, dynamodb_settings | {"endpoint_url": recording.url}


@pytest.mark.parametrize(
    "message",
    [
        "Signature expired: 20261122T120000Z is now earlier than 20261122T121000Z"
        " (20261122T121500Z - 5 min.)",
        "Signature not yet current: 20261122T123000Z is still later than 20261122T122000Z"
        " (20261122T121500Z + 5 min.)",
    ],
)
async def test_a_clock_that_is_off_is_the_clock_and_not_the_keys(
    recording: tuple[RecordingDynamoDB, dict[str, str]], message: str
) -> None:
    double, settings = recording
    double.errors["PutItem"] = "InvalidSignatureException", 9
    double.messages["InvalidSignatureException"] = message
    said = await refusal(settings)
    assert "clock is wrong. Set the clock" in said
    assert "AWS_ACCESS_KEY_ID" not in said
    assert "2026" not in said


async def test_wrong_keys_are_still_the_keys(
    recording: tuple[RecordingDynamoDB, dict[str, str]],
) -> None:
    double, settings = recording
    double.errors["PutItem"] = "InvalidSignatureException", 9
    double.messages["InvalidSignatureException"] = "The request signature does not match hunter2"
    assert "AWS_ACCESS_KEY_ID" in await refusal(settings)


SSO_PROFILE = """
[default]
sso_start_url = https://company.awsapps.com/start
sso_region = us-west-2
sso_account_id = 123456789012
sso_role_name = Developer
"""
SSO_SESSION = """
[default]
sso_session = company
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session company]
sso_start_url = https://company.awsapps.com/start
sso_region = us-west-2
"""


@pytest.mark.parametrize("config", [SSO_PROFILE, SSO_SESSION])
async def test_an_sso_login_that_is_over_is_renewed_by_a_login(
    config: str,
    dynamodb_settings: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(config, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    said = await refusal(dynamodb_settings | {"access_key": "", "secret_key": ""})
    assert "have expired. Run `aws sso login`" in said


ROLE = """
[default]
role_arn = arn:aws:iam::123456789012:role/Developer
source_profile = base
[profile base]
aws_access_key_id = test
aws_secret_access_key = test
"""


async def test_a_profile_that_takes_on_a_role_asks_for_its_keys(
    dynamodb_settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(ROLE, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    said = await refusal(dynamodb_settings | {"access_key": "", "secret_key": ""})
    assert "http://127.0.0.1:1" in said or "cannot be reached" in said


def without_item(app: WsgiApp) -> WsgiApp:
    """A DynamoDB that leaves out what is stored where a condition failed."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        content = b"".join(
            app(environ, lambda status, headers, *_: begun.update({status: headers}))
        )
        ((status, headers),) = begun.items()
        begun.clear()
        told = json.loads(content)
        if told.pop("Item", None) is not None and status.startswith("400"):
            content = json.dumps(told).encode()
            headers = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status, headers)
        return [content]

    begun: dict[str, Any] = {}
    return answer


async def test_an_engine_that_leaves_out_the_stored_item_is_named(
    dynamodb_settings: dict[str, str],
) -> None:
    with dynamodb(without_item) as url:
        settings = dynamodb_settings | {"endpoint_url": url}
        async with DynamoLogStore.open(**settings) as store:
            await store.create_table()
            assert await store.write_log(entry("once")) is True
        assert "does not say what is stored" in await refusal(settings)
