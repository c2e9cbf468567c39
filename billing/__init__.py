"""What clients and funders owe. The stream itself is not built yet: see docs/roadmap.md."""
