"""Rehearsal: what a changed baseline would have refused, of what runs and of what was asked for."""
