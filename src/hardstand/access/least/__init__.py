"""The smallest roles that cover what was used, and what is told with them."""
