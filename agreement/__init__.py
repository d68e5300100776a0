"""Other people's cases, asked of Hardstand: where it agrees with them, and why not where it does not."""
