"""The inbound door: what was read is checked against what is believed, and recorded as one change or not at all."""
