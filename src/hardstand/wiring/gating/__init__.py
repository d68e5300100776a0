"""The gate, put together: a picture that follows a cluster, those who answer by it, and the server that is asked."""
