"""Make text from scanned input safe to show."""

from hardstand.text.plain import plain

__all__ = ["plain"]
