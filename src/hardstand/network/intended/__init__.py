"""How what policies allow differs from what is meant to talk, and what is told of it."""
