"""Workbooks in and out. Knows cells, headers and values as offices type them; knows no asset, no person, no table.

``reading`` opens a file, ``matching`` finds the header and its columns, ``filling`` merged cells and 同上, ``about_lines``
what stands around a table, ``values`` reads single cells, ``problems`` names what is wrong, ``writing`` makes workbooks,
``templates`` empty ones. ``guards``, ``compound``, ``delimited``, ``web_table`` and ``xml_spreadsheet`` serve ``reading``.
"""
