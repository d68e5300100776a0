"""Controls over what may reach what."""
