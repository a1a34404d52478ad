"""公示: what hung on the board, version by version, and the papers that hang there. No pupil is named in this room."""
