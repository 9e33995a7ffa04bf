"""The command centre: events from the boxes in, alerts on the desk out."""
