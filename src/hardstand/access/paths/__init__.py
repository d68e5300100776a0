"""Paths of escalation, as they are asked for and told."""
