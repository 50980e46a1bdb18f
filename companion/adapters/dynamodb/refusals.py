"""Turns botocore's errors into ours: what is wrong, and what the person can do."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  botocore's own
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    WaiterError,
)

from companion.errors import StoreError
from companion.texts.certificates import certificate_problem


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def store_errors(table: str) -> Iterator[None]:
    """Raise StoreError for botocore's errors, without their text: it may hold what was sent."""
    try:
        yield
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StoreError(f"DynamoDB table {table}", *_problem_and_advice(error)) from error


def _problem_and_advice(error: Exception) -> tuple[str, str]:
    """What is wrong, and what to do."""
    kind = type(error).__name__
    if untrusted := certificate_problem(error, "AWS_CA_BUNDLE"):
        problem, advice = untrusted
        return f"DynamoDB cannot be reached: {problem}", advice
    match error:
        case ClientError() if code(error) == "AccessDeniedException":
            return _DENIED, f"Allow them dynamodb:{error.operation_name} on the table."
        case ClientError() if _is_about_the_clock(error):
            return _WRONG_CLOCK
        case ClientError():
            refused = f"{error.operation_name} was refused ({code(error)})."
            return _REFUSALS.get(code(error), (refused, ""))
        case SSOError() | TokenRetrievalError():
            return _EXPIRED
        case (
            NoCredentialsError()
            | PartialCredentialsError()
            | CredentialRetrievalError()
            | ProfileNotFound()
        ):
            return f"AWS credentials are missing ({kind}).", _CHECK_KEYS
        case ConnectionError() | HTTPClientError():
            return f"DynamoDB cannot be reached ({kind}).", "Check the network and AWS_REGION."
        case UnicodeError():
            return "the text is not valid Unicode.", ""
        case WaiterError():
            return (
                "the table was not ready in time.",
                "Check it again with `companion table check`.",
            )
        case _:
            return (
                f"the request could not be made ({kind}).",
                "Check AWS_REGION, DYNAMODB_TABLE and the endpoint.",
            )


def _is_about_the_clock(error: ClientError) -> bool:
    """AWS says so in words alone, under the code that wrong keys have as well."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    return code(error) in _CLOCK_CODES or message.startswith(_CLOCK_MESSAGES)


_CLOCK_CODES = {"RequestTimeTooSkewed", "RequestExpired"}
_CLOCK_MESSAGES = ("Signature expired", "Signature not yet current")
_WRONG_CLOCK = (
    "AWS refuses requests because this computer's clock is wrong.",
    "Set the clock, best by network time.",
)
_DENIED = "the AWS credentials do not allow this."
_CHECK_KEYS = "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or your AWS profile."
_BAD_KEYS = ("AWS does not accept the credentials.", _CHECK_KEYS)
_EXPIRED = (
    "the AWS credentials have expired.",
    "Run `aws sso login` (for a profile, with --profile), or renew the keys; then try again.",
)
_TROUBLE = ("DynamoDB has a problem of its own.", "Try again in a moment.")
_THROTTLED = ("DynamoDB has too many requests.", "Try again in a moment.")
_REFUSALS = {
    "ResourceNotFoundException": (
        "it does not exist in this region.",
        "Check AWS_REGION and DYNAMODB_TABLE, or run `companion table create`.",
    ),
    "ContinuousBackupsUnavailableException": (
        "AWS cannot switch on its point-in-time recovery yet.",
        "Run `companion table create --apply` in a minute.",
    ),
    "ExpiredTokenException": _EXPIRED,
    "ExpiredToken": _EXPIRED,
    "UnrecognizedClientException": _BAD_KEYS,
    "InvalidClientTokenId": _BAD_KEYS,
    "InvalidSignatureException": _BAD_KEYS,
    "IncompleteSignatureException": _BAD_KEYS,
    "MissingAuthenticationTokenException": _BAD_KEYS,
    "InternalServerError": _TROUBLE,
    "ThrottlingException": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
}
