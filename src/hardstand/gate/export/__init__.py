"""Controls as policies that API servers, Gatekeeper and Kyverno evaluate themselves."""
