"""The PDF kit: fonts, page frame, book-like ledgers, boxed cards. It knows no feature, no table and no database.

A paper is declared (``Ledger``, ``CardBook``) and written by one call that gives a ``Printed``. Text is text, never
markup; measures are millimetres in what callers declare and points (1/72 inch) inside.
"""
