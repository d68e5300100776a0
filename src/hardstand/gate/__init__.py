"""The door that refuses: admission."""
