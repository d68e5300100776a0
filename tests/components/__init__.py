"""Components of a cluster: what they run with, and how that is judged."""
