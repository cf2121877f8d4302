"""What every other module of the core builds on: errors, months, money, frame schemas, digests."""
