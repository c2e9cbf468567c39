"""Money, days and dated facts; people, payees, packages and rates; the rules that read them."""
