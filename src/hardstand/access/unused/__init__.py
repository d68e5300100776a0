"""Identities that hold rights and do nothing: who was not seen for longer than is allowed, by audit logs."""
