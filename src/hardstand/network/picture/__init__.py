"""The picture of a network: laid out and drawn by ourselves, the same from the same input."""
