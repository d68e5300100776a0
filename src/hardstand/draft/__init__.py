"""A fifth door: from what exists to a first baseline. Pure; writing the file is the command line's."""
