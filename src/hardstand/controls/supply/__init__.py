"""Controls over where what runs comes from."""
