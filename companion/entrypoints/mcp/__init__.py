"""The server for coding agents, on stdio: https://modelcontextprotocol.io."""
