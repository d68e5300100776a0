"""Snapshots: what a cluster was, in one file that says what it does not hold (spec/snapshot.md)."""
