"""What we were told and when: facts in every version, never updated; what differs between two; what each is called."""
