"""Books, a sandbox and a browser in one test: what such tests share."""

from contextlib import contextmanager


class BrowserMixin:
    """Before the class that has the books and Odoo's ``HttpCase``."""

    # a busy machine may take long over the first page, and others wait for it
    test_cursor_lock_timeout = 120

    @contextmanager
    def enter_registry_test_mode(self):
        """A test with a web server is in it from the beginning."""
        if type(self)._registry_patched:
            yield
        else:
            with super().enter_registry_test_mode():
                yield
