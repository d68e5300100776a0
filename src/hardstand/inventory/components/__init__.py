"""Components of a cluster: from command lines and configuration files to what they run with."""
