"""Files of the books for Silverfin's own import, where there is no connection.

``rows`` says what stands in them, ``csv_file`` and ``xlsx_file`` write them out of
PostgreSQL without holding them in memory.
"""
