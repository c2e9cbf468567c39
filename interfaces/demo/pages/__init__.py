"""The demonstration's pages: an index of what was done and where to look, and a page for each explained line."""
