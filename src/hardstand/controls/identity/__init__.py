"""Controls over who may do what."""
