"""What an accountant looks at before books go to Silverfin: sums and lists, by SQL.

Each function is one statement over the books of a client file; which of it is wrong,
and what to do, is said in ``models/silverfin_checkup_*.py``.
"""
