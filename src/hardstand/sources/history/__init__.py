"""Snapshots of one cluster over time, with what did not change kept once (spec/snapshot.md)."""
