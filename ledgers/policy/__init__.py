"""A council's policy: every choice that decides money, in versions that a second person signs."""
