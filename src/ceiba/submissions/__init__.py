"""What forms send: kept as received, answered when it is durable."""
