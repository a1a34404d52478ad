"""盘点: the page of a stocktake with its rooms and lines, and its dialogs."""
