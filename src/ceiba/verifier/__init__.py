"""The page on which an officer verifies a constancia without a network."""
