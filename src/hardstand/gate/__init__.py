"""Admission: what is asked of the cluster's API server, judged before it is there."""
