"""Where a changed baseline meets the estate, past requests and the gate's reviewer."""
