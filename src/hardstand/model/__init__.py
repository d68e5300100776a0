"""The words that every part of Hardstand shares: frozen types, no I/O."""
