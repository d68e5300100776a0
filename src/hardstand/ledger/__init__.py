"""What is remembered. Until the tamper-evident record stands, it is files of JSON lines."""
