"""Alerts from what was seen on the network: new flows, scans, callbacks, unusual volume, tunnels through DNS."""
