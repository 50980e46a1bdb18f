"""Ways in: HTTP, Socket Mode, the terminal. Slack payload → plain values → use case."""
