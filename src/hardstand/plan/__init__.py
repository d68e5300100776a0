"""Repair: from findings to changes of files that are proven before anything is written."""
