"""YAML and JSON text as values with places: bytes in, no I/O."""
