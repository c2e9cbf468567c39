"""Financial assessments, as verbs: one person, and everybody in April."""
