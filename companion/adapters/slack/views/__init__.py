"""What Slack shows, in Block Kit: each file renders one thing from plain values.

https://docs.slack.dev/reference/block-kit
"""
