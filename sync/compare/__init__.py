"""Silverfin's balances against the books, at the end of every period it has.

``periods`` chooses what is compared, ``there`` reads it, ``sides`` sums what it should
be, ``kept`` keeps a period once it was compared, ``causes`` names why one differs,
``outcome`` makes the result of it all.
"""
