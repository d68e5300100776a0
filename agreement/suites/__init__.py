"""One small module a suite: how its cases read as questions."""
