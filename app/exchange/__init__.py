"""Workbooks in and out. Knows cells, headers and values as offices type them; knows no asset, no person, no table.

``reading`` opens a file, ``matching`` finds the header and its columns, ``values`` reads single cells, ``problems``
names what is wrong, ``writing`` makes workbooks. ``guards``, ``compound`` and ``delimited`` serve ``reading``.
"""
