"""Who may do what, exactly as Kubernetes' RBAC authorizer answers, and by which binding.

`Permissions` holds the roles and grants of one picture. It is asked with an `Actor` or a `Who`, and a `Request`; what
it answers names the grant and the rule, and what could not be read is part of the answer.
"""
