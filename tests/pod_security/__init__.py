"""Pod Security, held against Kubernetes' own evaluator."""
