"""The gate's HTTPS server: bytes in, bytes out. It knows nothing of reviews; handlers are given to it."""
