"""What each program may do with the table, as an IAM policy."""

from typing import Any

from companion.domain.table import Role

# `/log` puts an item, and no more; the rest is what `/companion` needs.
_WEBHOOK = {"GetItem", "PutItem", "Query", "UpdateItem"}
_DAEMON = _WEBHOOK
_ADMIN = _DAEMON | {
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DescribeContinuousBackups",
    "DescribeTable",
    "DescribeTimeToLive",
    "Scan",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
}
ACTIONS = {Role.WEBHOOK: _WEBHOOK, Role.DAEMON: _DAEMON, Role.ADMIN: _ADMIN}
"""Exactly the requests that each role makes."""


def policy(role: Role, table: str, region: str) -> dict[str, Any]:
    """The smallest policy for a role: its actions, on this table, in any account."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"CompanionMemory{role.capitalize()}",
                "Effect": "Allow",
                "Action": [f"dynamodb:{action}" for action in sorted(ACTIONS[role])],
                "Resource": f"arn:{_partition(region)}:dynamodb:{region}:*:table/{table}",
            }
        ],
    }


def _partition(region: str) -> str:
    """AWS has three partitions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
