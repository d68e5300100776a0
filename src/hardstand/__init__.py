"""Hardstand: a hardening operating model for self-hosted software."""

__version__ = "0.1.0"
