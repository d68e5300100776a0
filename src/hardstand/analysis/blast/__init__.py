"""How far a fall reaches: what falls with a workload, by the network, by rights and by nodes, as one explained number.

`ground.py` is what is read, `board.py` everything that may fall as one graph of numbers, `spreading.py` walks it, and
`radius.py` says what fell, by which way and what it counts. `changes/` finds the one change that shrinks it most.
"""
