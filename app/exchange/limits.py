"""How much of a workbook is read. Past these a file is refused in a sentence: no school's ledger comes near them.

The reader behind us lays every sheet out as a full rectangle of 32-byte cells and ends the whole process when memory
runs out, so sizes are asked before it sees the file. Together the limits keep reading under 500 MB.
"""

MOST_FILE_BYTES = 80 * 2**20         # photos pasted into a ledger make large files; larger ones are not ledgers
MOST_TEXT_FILE_BYTES = 40 * 2**20    # a .csv has no pictures to excuse its size
MOST_UNPACKED_BYTES = 160 * 2**20    # all parts of an .xlsx or .ods together
MOST_TEXT_BYTES = 60 * 2**20         # the shared texts of an .xlsx, or the single part of an .ods: held in memory whole
MOST_RATIO = 400                     # unpacked : packed of one part; deflate reaches 1032 only on endless repetition
RATIO_MATTERS_FROM = 20 * 2**20      # small parts may compress as well as they like
MOST_PARTS = 5_000                   # files inside the zip
MOST_SHEETS = 500
MOST_ROWS = 200_000
MOST_COLUMNS = 16_384
MOST_BOX = 6_000_000                 # cells of the rectangle from the first filled cell to the last, empty ones too
MOST_CELLS = 1_500_000               # filled cells taken over from one workbook
MOST_HELD_BYTES = 220 * 2**20        # memory that those cells take
