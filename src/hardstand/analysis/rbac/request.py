"""What is asked of an API server; it is a word that everyone shares, and stands with those."""

from hardstand.model.request import Request

__all__ = ["Request"]
