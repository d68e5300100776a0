"""Rights in other systems than Kubernetes, as their own exports and catalogs have them: one file for each system.

A reader takes what was decoded and gives rights, and a sentence for whatever in it could not be read.
"""
