"""One immutable picture of what exists."""
