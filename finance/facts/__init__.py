"""What we were told and when: a fact in every version, what differs between two changes, and what each fact is called."""
