"""Admission: what is asked of a pending object, and what is answered."""
