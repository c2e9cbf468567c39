"""Where assessments meet people and files: circumstances in, results out as words, JSON, letters and workbooks."""
