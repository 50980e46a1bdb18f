"""What the assistant does, on ports alone."""
