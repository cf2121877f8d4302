"""What banks said: files, entries, matching with payments, and open items."""
