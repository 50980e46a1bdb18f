"""Bolt's AsyncApp and aioboto3 as in `bolt_alone.py`; pydantic-settings reads the settings."""

import asyncio

from bolt_alone import serve  # type: ignore[import-not-found]  # beside it, as a script
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    slack_signing_secret: SecretStr
    dynamodb_table: str
    aws_endpoint_url_dynamodb: str
    port: int = 8080


settings = Settings()  # type: ignore[call-arg]  # the environment has them
asyncio.run(
    serve(
        settings.slack_signing_secret.get_secret_value(),
        settings.dynamodb_table,
        settings.aws_endpoint_url_dynamodb,
        settings.port,
    )
)
