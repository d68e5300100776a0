"""Personas: roles by operation and not by org chart, what each may do, and who holds more than theirs."""
