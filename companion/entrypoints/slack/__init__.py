"""What Slack sends → plain values → a use case. The same listeners serve both Bolt apps."""
