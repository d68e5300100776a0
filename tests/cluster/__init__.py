"""A real Kubernetes control plane for tests: see controlplane/README.md. Always import it as `tests.cluster`."""
