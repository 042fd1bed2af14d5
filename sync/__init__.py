"""The engine: window -> difference -> batch -> send -> acknowledge.

Knows the books (``ledger``) and Silverfin (``silverfin_api``), owns neither. Nothing
here makes a record that a user edits: it works on what ``models`` hands it.
"""
