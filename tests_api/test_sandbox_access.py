"""Who may call what: bearer, scope, firm, application."""

from test_sandbox_support import REDIRECT, SCOPES, SandboxCase

CALLS = [
    ("GET", "/user/firm", "user:firm"),
    ("GET", "/syncs/settings", "financials:transactions:sync"),
    ("GET", "/syncs/companies", "financials:transactions:sync"),
    ("POST", "/syncs/sync_references", "financials:transactions:sync"),
    ("GET", "/syncs/companies/{file}/info", "financials:transactions:sync"),
    ("POST", "/syncs/companies/{file}/settings", "financials:transactions:sync"),
    ("POST", "/syncs/companies/{file}/transactions", "financials:transactions:sync"),
    ("DELETE", "/syncs/companies/{file}/reset", "financials:transactions:sync"),
    ("GET", "/syncs/webhooks", "webhooks"),
    ("POST", "/syncs/webhooks", "webhooks"),
    ("DELETE", "/syncs/webhooks/1", "webhooks"),
    ("GET", "/companies/{file}/periods", "administration:read"),
    ("GET", "/companies/{file}/periods/1/accounts", "financials:read"),
    ("GET", "/companies/{file}/periods/1/adjustments", "financials:read"),
    ("GET", "/companies/{file}/open_transactions", "financials:transactions:read"),
]


class Access(SandboxCase):
    def test_each_call_needs_its_scope_and_no_other(self):
        for method, path, scope in CALLS:
            path = path.format(file=self.file.id)
            with self.subTest(path):
                rest = [other for other in SCOPES if other != scope]
                without = self.sandbox.grant(self.application, self.firm, rest)
                answer = self.call(method, path, token=without.access_token)
                self.assertRefused(answer, 403, scope)
                alone = self.sandbox.grant(self.application, self.firm, scope)
                answer = self.call(method, path, token=alone.access_token)
                self.assertNotIn(answer.status_code, (401, 403, 405))

    def test_no_bearer_or_a_wrong_one(self):
        for headers in (
            {"Authorization": ""},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": f"Basic {self.token.access_token}"},
            {"Authorization": f"Bearer {self.token.refresh_token}"},
        ):
            answer = self.call("GET", "/user/firm", headers=headers)
            self.assertRefused(answer, 401)
            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])

    def test_another_firm(self):
        other = self.sandbox.add_firm("Other")
        self.assertRefused(self.call("GET", "/user/firm", firm=other.id), 403)
        self.assertRefused(self.call("GET", "/user/firm", firm=999), 404)

    def test_client_file_of_another_firm(self):
        other = self.sandbox.add_client_file(self.sandbox.add_firm("Other"), "File")
        self.assertRefused(self.sync_call("GET", "info", file=other), 404)
        answer = self.call("GET", f"/companies/{other.id}/periods")
        self.assertRefused(answer, 404)

    def test_client_file_synced_with_another_application(self):
        other = self.sandbox.add_application([REDIRECT])
        token = self.sandbox.grant(other, self.firm).access_token
        answer = self.sync_call("GET", "info", token=token)
        self.assertRefused(answer, 409)
        self.assertEqual(self.call("GET", "/syncs/companies", token=token).json(), [])
        # Reading back is the firm's right, whoever synchronises.
        answer = self.call("GET", f"/companies/{self.file.id}/periods", token=token)
        self.assertEqual(answer.status_code, 200)

    def test_unknown_address_and_method(self):
        self.assertRefused(self.call("GET", "/nonsense"), 404)
        self.assertRefused(self.call("GET", "/syncs/companies/x/info"), 404)
        self.assertRefused(self.call("PUT", "/syncs/settings"), 405)

    def test_connection_test(self):
        answer = self.call("GET", "/user/firm").json()
        self.assertEqual(answer, {"id": self.firm.id, "name": "Firm"})
