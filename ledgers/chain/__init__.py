"""The chain: one link for whatever is posted, signed or confirmed, each with the digest of the link before."""
