"""Everybody at once: their facts packed, unpacked into columns for a day, assessed, and kept."""
