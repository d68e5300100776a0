"""A control of the platform team."""
