"""What is in the local workspace: messages, people, channels, and the file that stores them."""
