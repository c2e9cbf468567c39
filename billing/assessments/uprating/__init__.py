"""What new figures or another policy change for everybody: looked at, signed, applied, undone."""
