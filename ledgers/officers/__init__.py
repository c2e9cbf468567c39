"""Officers: who may sign, and for how much. Each change is recorded, and counts once a second officer confirms it."""
