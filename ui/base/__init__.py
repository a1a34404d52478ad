"""What every window and dialog is made of: looks, small parts, jobs, messages, the signal of changes."""
