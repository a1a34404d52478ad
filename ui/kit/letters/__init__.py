"""Letters in the window: the editor with its fields beside the page, and the choice of who gets one. Knows no feature."""
