"""Programs that run in environments of their own, each in one file; nothing of ours is there."""
