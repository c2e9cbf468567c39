"""What payees are due and why: the payments stream, its checks and its remittances."""
