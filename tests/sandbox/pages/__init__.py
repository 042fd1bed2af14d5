"""Small HTML pages to look at the sandbox and to press its buttons."""
