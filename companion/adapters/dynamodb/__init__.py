"""The store in one DynamoDB table, for several machines.

| | `PK` | `SK` |
|---|---|---|
| entry | `user:<id>` | `log:<timestamp>` |
| job | `user:<id>` | `job:<job_id>` |
| plan | `user:<id>` | `job:<plan_id>` |
| read cursor | `user:<id>` | `mark:dm` |
| last change | `user:<id>` | `change:last` |

The first four are the ones that version 0.1.0 writes; they do not change.

Every change is one conditional write. botocore repeats a request whose answer was lost, and the
repeated write finds its own work: it reports “no change”. Callers have to handle that anyway,
because events can be delivered twice. A claim that was lost in this way ends with its lease.
"""

from companion.adapters.dynamodb.store import DynamoLogStore

__all__ = ["DynamoLogStore"]
