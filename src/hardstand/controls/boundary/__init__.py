"""Controls about what is production and what is not: where the two mix."""
