"""Roles and bindings that are proposed, held against what was asked for: what they would have refused."""
