"""What is stored in, reports out: days, weeks, months, shifts and the quality of alarms."""
