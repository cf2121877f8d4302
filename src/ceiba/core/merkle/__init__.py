"""The Merkle tree of RFC 9162, section 2: `tree` grows one, `paths` makes proofs of it, `verifying` checks them."""
