"""A real Kubernetes control plane for tests; see README.md. Import it as `tests.cluster`, never as `cluster`."""
