"""The forms in which is told who may reach whom: one file for each."""
