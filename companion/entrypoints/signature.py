"""Slack's signature on an HTTP request: Bolt verifies it, by our clock."""

import re

from slack_bolt.middleware.request_verification.async_request_verification import (
    AsyncRequestVerification,
)
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from companion.entrypoints.bolt import quiet_logger
from companion.ports import Clock

MAX_AGE_S = 5 * 60
"""As for Bolt: https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class SignatureTime(SignatureClock):
    """Our clock, as slack_sdk asks for one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Verification(AsyncRequestVerification):
    """Bolt's verification of signatures, by our clock, and without the body in its log."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        super().__init__(signing_secret, base_logger=quiet_logger())
        self._verifier = SignatureVerifier(signing_secret, SignatureTime(clock))
