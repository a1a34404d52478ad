"""Papers in the window: preview and print."""
