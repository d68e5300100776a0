"""Controls over credentials and where they lie."""
