"""What is chased, and what is not: disputes, instalment plans, breathing spaces and the ladder of reminders."""
