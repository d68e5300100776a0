"""The steps, one file for each family: what is done, why it works, and where that is written.

A module has one function, `find(picture)`, which gives all steps of its kinds, and names each kind in a StepKind.
"""
