"""Assessments and upratings told to people: words, letters, pages, workbooks, and JSON."""
