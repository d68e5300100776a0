"""A running cluster as a source: who to ask, how to ask, which kinds there are, and their objects as pages."""
