"""What we were told of people, payees, packages and rates, and when: kept in every version, never updated."""
