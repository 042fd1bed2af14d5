"""A statement of agreement: what a comparison found, and what lies behind it.

``facts`` gathers it, ``trial_balance`` account by account, ``fingerprint`` the hash.
"""
