"""Rails: orders to pay as the bytes a bank takes, and a bank's bytes as entries. One folder a rail; no database."""
