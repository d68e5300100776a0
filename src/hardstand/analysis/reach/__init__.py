"""What may reach what: network policies of every make, evaluated exactly, by classes of pods and not pod by pod."""
