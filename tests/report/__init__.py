"""Reports, from Runs that are scanned or made by hand."""
