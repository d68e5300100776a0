"""What names an object of the same namespace, or a key in one."""

from hardstand.inventory.views.base import View, boolean, string


class KeyRef(View):
    """A key in a ConfigMap or Secret."""

    name = string("name")
    key = string("key")
    optional = boolean("optional")


class LocalRef(View):
    """A reference by name in the same namespace."""

    name = string("name")
