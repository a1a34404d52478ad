"""The file: opening it, its journal (history, undo, redo), migrations, backups, attachments and the printed archive."""
