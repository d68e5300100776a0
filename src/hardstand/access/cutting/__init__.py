"""The smallest set of things to take away, so that no way is left from some identities to the power over a cluster.

`problem` says the question in numbers, `reducing` leaves out of it what cannot matter, `solving` answers it. `cut` asks
it of an escalation graph and proves the answer, `weights` says what a grant is worth, `losses` what goes with it, and
`changes` what is to be edited.
"""
