"""What `hardstand blast` tells, and in which forms."""
