"""What the app talks to: the Web API, Socket Mode and signed slash commands."""
