"""What the assistant knows of time, chance and words: pure functions and values."""
