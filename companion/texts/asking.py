"""What `companion ask` says."""

ASKING = "Looking into your entries…"
WITHOUT_MODEL = "Without a model: {reason}."
