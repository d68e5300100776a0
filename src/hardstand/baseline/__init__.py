"""What a team declares: one file, `hardstand.yaml`, read into frozen types; bytes in, no I/O."""
