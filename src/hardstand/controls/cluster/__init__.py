"""Controls over objects that set the rules for others."""
