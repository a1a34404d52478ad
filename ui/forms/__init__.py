"""Forms: fields to type in, pickers, dialogs, wizards, the pane that shows one record."""
