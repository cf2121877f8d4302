"""Double entry: accounts, transfers, settlements, and the guards that hold them."""
