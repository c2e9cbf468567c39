"""What the jobs of the timetable do, on which days, and how it is told. Which there are is in ``scheduler.py``."""
