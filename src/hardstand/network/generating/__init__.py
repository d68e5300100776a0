"""Network policies made of the flow table, and the proof that they allow it and nothing else."""
