"""Questions about the entries: what one looks for, what a model may search for, and the answer."""
