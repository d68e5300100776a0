"""How one identity becomes another, a node, or the cluster: a graph of steps, each with the grants that it needs.

`graph.py` has the words, `picture.py` what the steps are found in, `steps/` one file for each family of steps, and
`paths.py` walks them.
"""
