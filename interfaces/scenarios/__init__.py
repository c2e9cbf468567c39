"""Scenarios: casework in a file. Facts, dated events, pay runs, and what must come out, to the penny."""
