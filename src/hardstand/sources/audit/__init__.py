"""Audit logs of API servers, in whatever they are kept: read as a stream, one event at a time.

`files` finds lines and documents in files, `unwrapping` the events in these, `google` makes events of Cloud Logging's
entries, `flaws` says which events cannot be believed, and `past` and `asked` make of the rest what is asked of them.
What is no event, or not as an API server writes it, is told as unreadable and never passed over: a line that was cut
off may have been any request.

Source: k8s.io/apiserver 1.36, pkg/apis/audit/v1/types.go, and
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""
