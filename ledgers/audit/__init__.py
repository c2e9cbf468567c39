"""What a nightly audit notices, kept with when it was first and last seen, who looks into it and what they answered."""
