"""Every meeting with people and other systems."""
