"""Controls over what runs, and with which rights on its node."""
