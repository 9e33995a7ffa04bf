"""The words of commands whose work has no package of its own in, what they ask for done."""
