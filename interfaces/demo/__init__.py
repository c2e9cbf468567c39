"""Ambermere, a made-up county: extract files like a council's own, for the demo, the tests and a first look."""
