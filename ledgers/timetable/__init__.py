"""What the timetable did, and when: each job done once for a day, every attempt kept."""
