"""One folder a rail: orders to pay as the bytes a bank takes, a bank's bytes as entries. No database."""
