"""Pure questions that many controls ask."""
