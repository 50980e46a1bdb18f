"""What git knows of a person's work: commits, pull requests, and what is not committed yet."""
