"""The only code that reads the outside world: files, directories, standard input, charts and kustomizations.

`files.discover` turns paths into units; a unit, opened in any process, gives pages of bytes or says why it cannot.
What the bytes mean is none of this package's business.
"""
