"""What every verb stands in: the desk, what is printed, what was misunderstood, and the list of verbs."""
