"""What is said about a certificate that is not trusted: why, and what to do about it."""

from collections.abc import Iterator

NOT_TRUSTED = "its certificate is not trusted ({reason})."

INSPECTED = (
    "If your network inspects connections (a company's proxy), set {variable} to a file with its "
    "certificate authority."
)
TOO_LOOSE = (
    "Python checks certificates more strictly than curl does: ask the maker of this one (often a "
    "company's proxy) for one without this fault."
)
WRONG_TIME = (
    "Check this computer's clock; if it is right, the owner of that server has to renew the "
    "certificate."
)
WRONG_NAME = "Check the address; the certificate is for another one."

# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID, _EXPIRED = 9, 10
_STRICT = range(80, 94)
"""What only VERIFY_X509_STRICT refuses, which Python 3.13 sets."""
_OTHER_NAMES = {62, 63, 64}


def certificate_problem(error: BaseException, variable: str) -> tuple[str, str] | None:
    """What is wrong with a certificate and what to do, if that is behind an error; else None.

    `variable` names the certificates that the library which met it trusts.
    """
    import ssl

    for cause in _causes(error):
        # aiohttp's own error is one of these too, but has no reason: the next cause has.
        if isinstance(cause, ssl.SSLCertVerificationError) and hasattr(cause, "verify_code"):
            problem = NOT_TRUSTED.format(reason=cause.verify_message)
            return problem, _advice(cause.verify_code, variable)
    return None


def _advice(code: int, variable: str) -> str:
    if code in (_NOT_YET_VALID, _EXPIRED):
        return WRONG_TIME
    if code in _STRICT:
        return TOO_LOOSE
    if code in _OTHER_NAMES:
        return WRONG_NAME
    return INSPECTED.format(variable=variable)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the latest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
