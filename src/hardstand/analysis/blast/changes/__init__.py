"""The one change that shrinks a radius most: what can be taken away on its ways, estimated, then proven."""
