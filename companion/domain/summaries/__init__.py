"""What is made of entries: summaries, where one left off, the standup; and its check."""
