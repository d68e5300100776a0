"""What was seen on the network, by workloads: records say addresses, and addresses go from pod to pod."""
