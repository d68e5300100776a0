"""Typed, lazy views of objects: a control reads fields, and a field of the wrong type says so."""
