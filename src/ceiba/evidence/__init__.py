"""What came in, byte for byte, with who, when, where and its hash."""
