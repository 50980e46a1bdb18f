"""The stores in one DynamoDB table, for several machines.

| | `PK` | `SK` |
|---|---|---|
| entry | `user:<id>` | `log:<timestamp>` |
| job | `user:<id>` | `job:<job_id>` |
| mark | `user:<id>` | `mark:dm` |

Every change is one conditional write. botocore repeats a request whose answer was lost, and a
repeated write then meets its own work: it reports “no change”, which callers that may be
delivered to twice have to stand anyway. A claim that was lost so ends with its lease.
"""

from companion.adapters.dynamodb.store import DynamoLogStore

__all__ = ["DynamoLogStore"]
