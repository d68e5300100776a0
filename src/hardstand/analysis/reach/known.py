"""Fields that are understood: what a policy says in others may change whom it is about, and must not be passed over."""

from collections.abc import Collection

from hardstand.inventory.views.base import View


def only(view: View, known: Collection[str]) -> None:
    """Refuse a view with a field that is set and not known. MalformedFieldError with its place."""
    for key, value in view.data.items():
        if key not in known and value is not None:
            raise view.malformed("absent, for nothing is known of such a field", key)
