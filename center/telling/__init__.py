"""Changes of alerts in, messages to desks, posts and duties out: none lost, few at a time."""
