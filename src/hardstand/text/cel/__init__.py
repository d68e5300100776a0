"""The Common Expression Language as Kubernetes speaks it: text in, a program out; no I/O.

The language is that of https://github.com/google/cel-spec/blob/master/doc/langdef.md; the libraries, and the version of
Kubernetes that brought each, are those of https://kubernetes.io/docs/reference/using-api/cel/.
"""
