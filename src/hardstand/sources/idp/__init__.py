"""Exports of identity providers, read to one shape: people, groups, second factors.

What each reads, field by field, with its source, is in docs/identity.md. Nothing is asked of a provider: the files are
what an administrator has exported.
"""
