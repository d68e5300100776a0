"""Flow logs are read as they were written."""
