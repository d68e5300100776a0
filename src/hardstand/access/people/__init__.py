"""The people and groups that bindings name, held against what the identity provider says of them."""
