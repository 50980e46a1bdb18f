"""The design taken literally: Flask under gunicorn, Bolt's synchronous App, boto3."""

import os
import time
import uuid
from typing import Any

import boto3
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult


def authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-benchmark")


table = boto3.resource(
    "dynamodb", region_name="us-west-2", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
).Table(os.environ["DYNAMODB_TABLE"])
bolt = App(
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    authorize=authorize,
    process_before_response=True,
)


@bolt.command("/log")
def log(ack: Any, command: dict[str, Any]) -> None:
    table.put_item(
        Item={
            "PK": f"user:{command['user_id']}",
            "SK": f"log:{time.time_ns()}",
            "text": command["text"],
            "log_id": str(uuid.uuid4()),
        }
    )
    ack("Logged")


app = Flask(__name__)
handler = SlackRequestHandler(bolt)


@app.post("/slack/events")
def slack_events() -> Response:
    return handler.handle(request)
