"""Letters with {fields}: their text, to whom they go, how they become one PDF. Features bring their own fields and values."""
