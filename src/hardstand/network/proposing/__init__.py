"""Rows of the flow table that what was seen supports, for a person to accept."""
