"""Services of Compose files, folded to the pods that the same settings would make.

Source of all fields: https://github.com/compose-spec/compose-spec (05-services.md and schema/compose-spec.json); of
what the engine does when a field is absent: https://docs.docker.com/reference/cli/docker/container/run/.
"""
