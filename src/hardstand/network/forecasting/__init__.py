"""What would break: flows that were seen, held against policies that are not applied yet."""
