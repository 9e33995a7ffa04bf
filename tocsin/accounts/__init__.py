"""Who may sign in at the centre, as the command line has it."""
