"""Controls over what runs on a host itself, such as the kubelet."""
