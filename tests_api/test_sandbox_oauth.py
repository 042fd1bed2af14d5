"""The sandbox's OAuth server: page, codes, tokens and their rotation."""

from urllib.parse import parse_qs, urlsplit

from test_sandbox_support import REDIRECT, Sandbox, SandboxCase, SandboxServer

SCOPES = "financials:transactions:sync webhooks user:firm"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class OAuthCase(SandboxCase):
    def ask(self, **changes):
        asked = {
            "client_id": self.application.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": SCOPES,
            "state": "a state",
        }
        return {k: v for k, v in {**asked, **changes}.items() if v is not None}

    def page(self, path="/oauth/authorize", **changes):
        return self.http.get(
            self.server.url + path,
            params=self.ask(**changes),
            allow_redirects=False,
            timeout=10,
        )

    def decide(self, decision="allow", user=None, firm=None, **changes):
        form = {
            **self.ask(**changes),
            "user": user or self.user.email,
            "firm_id": (firm or self.firm).id,
            "decision": decision,
        }
        return self.http.post(
            f"{self.server.url}/oauth/authorize",
            data=form,
            allow_redirects=False,
            timeout=10,
        )

    def back(self, answer):
        """What the application is told by the redirect."""
        self.assertEqual(answer.status_code, 302, answer.text)
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {key: values[0] for key, values in query.items()}

    def code(self, **options):
        return self.back(self.decide(**options))["code"]

    def exchange(self, firm=None, **changes):
        form = {
            "grant_type": "authorization_code",
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "redirect_uri": REDIRECT,
            **changes,
        }
        return self.http.post(
            f"{self.server.url}/f/{(firm or self.firm).id}/oauth/token",
            data={k: v for k, v in form.items() if v is not None},
            timeout=10,
        )

    def refresh(self, refresh_token, **changes):
        return self.exchange(
            grant_type="refresh_token", refresh_token=refresh_token, **changes
        )

    def works(self, access_token):
        return self.call("GET", "/user/firm", token=access_token).status_code == 200

    def assertError(self, answer, error, status=400):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(answer.json()["error"], error)
        self.assertTrue(answer.json()["error_description"])


class Authorize(OAuthCase):
    def test_a_person_signs_in_and_sees_firm_and_scopes(self):
        self.assertIn("Sign in", self.page().text)
        path = f"/f/{self.firm.id}/oauth/authorize"
        text = self.page(path, user=self.user.email).text
        for part in ("Allow", "Deny", "financials:transactions:sync", "selected"):
            self.assertIn(part, text)

    def test_callback_carries_code_firm_and_state_and_keeps_the_query(self):
        answer = self.decide()
        location = answer.headers["Location"]
        self.assertTrue(location.startswith(REDIRECT + "&"))
        told = self.back(answer)
        self.assertEqual(told["authorized_firm_id"], str(self.firm.id))
        self.assertEqual(told["state"], "a state")
        self.assertTrue(told["code"])

    def test_another_firm_than_asked_can_be_chosen(self):
        other = self.sandbox.add_firm("Other")
        self.sandbox.add_user(other, self.user.email)
        told = self.back(self.decide(firm=other))
        self.assertEqual(told["authorized_firm_id"], str(other.id))
        self.assertError(self.exchange(code=told["code"]), "invalid_grant")
        self.assertEqual(self.exchange(code=told["code"], firm=other).status_code, 200)

    def test_a_firm_the_user_does_not_belong_to(self):
        stranger = self.sandbox.add_firm("Stranger")
        self.assertEqual(self.decide(firm=stranger).status_code, 400)

    def test_only_an_admin_may_allow(self):
        user = self.sandbox.add_user(self.firm, "user@sandbox.test", admin=False)
        answer = self.decide(user=user.email)
        self.assertEqual(answer.status_code, 403)
        self.assertIn("Ask an admin", answer.text)
        self.assertNotIn("Location", answer.headers)

    def test_deny(self):
        told = self.back(self.decide("deny"))
        self.assertEqual(told["error"], "access_denied")
        self.assertEqual(told["state"], "a state")
        self.assertNotIn("code", told)

    def test_redirect_address_is_compared_exactly_and_never_followed(self):
        for wrong in (REDIRECT + "/", REDIRECT.split("?")[0], "https://evil/", None):
            for answer in (
                self.page(redirect_uri=wrong),
                self.decide(redirect_uri=wrong),
            ):
                self.assertEqual(answer.status_code, 400)
                self.assertNotIn("Location", answer.headers)

    def test_unknown_client(self):
        self.assertEqual(self.page(client_id="nobody").status_code, 401)

    def test_scopes_are_limited_per_application(self):
        self.application.scopes = frozenset({"user:firm"})
        for scope in (SCOPES, "made:up", "", None):
            self.assertEqual(
                self.back(self.page(scope=scope))["error"], "invalid_scope"
            )
        self.assertEqual(self.page(scope="user:firm").status_code, 200)

    def test_response_type(self):
        told = self.back(self.page(response_type="token"))
        self.assertEqual(told["error"], "unsupported_response_type")

    def test_out_of_band_shows_the_code(self):
        self.assertEqual(self.decide(redirect_uri=OUT_OF_BAND).status_code, 400)
        self.application.redirect_uris += (OUT_OF_BAND,)
        answer = self.decide(redirect_uri=OUT_OF_BAND)
        told = self.back(answer)
        page = self.http.get(
            self.server.url + answer.headers["Location"], timeout=10
        ).text
        self.assertIn(told["code"], page)
        got = self.exchange(code=told["code"], redirect_uri=OUT_OF_BAND)
        self.assertEqual(got.status_code, 200)


class Codes(OAuthCase):
    def test_tokens(self):
        answer = self.exchange(code=self.code())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        got = answer.json()
        self.assertEqual(got["expires_in"], 7200)
        self.assertTrue(got["refresh_token"])
        self.assertTrue(self.works(got["access_token"]))

    def test_single_use(self):
        code = self.code()
        self.assertEqual(self.exchange(code=code).status_code, 200)
        self.assertError(self.exchange(code=code), "invalid_grant")

    def test_expires_after_ten_minutes(self):
        early, late = self.code(), self.code()
        self.tick(seconds=599)
        self.assertEqual(self.exchange(code=early).status_code, 200)
        self.tick(seconds=1)
        self.assertError(self.exchange(code=late), "invalid_grant")

    def test_redirect_address_must_be_the_one_of_the_code(self):
        wrong = self.exchange(code=self.code(), redirect_uri=OUT_OF_BAND)
        self.assertError(wrong, "invalid_grant")

    def test_code_of_another_client(self):
        other = self.sandbox.add_application([REDIRECT])
        wrong = self.exchange(
            code=self.code(),
            client_id=other.client_id,
            client_secret=other.client_secret,
        )
        self.assertError(wrong, "invalid_grant")

    def test_errors_of_the_token_endpoint(self):
        code = self.code()
        for changes, error, status in (
            ({"client_secret": "wrong"}, "invalid_client", 401),
            ({"client_secret": None}, "invalid_client", 401),
            ({"client_id": "nobody"}, "invalid_client", 401),
            ({"grant_type": "password"}, "unsupported_grant_type", 400),
            ({"grant_type": None}, "invalid_request", 400),
            ({"redirect_uri": None}, "invalid_request", 400),
            ({"code": None}, "invalid_request", 400),
            ({"code": "made up"}, "invalid_grant", 400),
            ({"grant_type": "refresh_token"}, "invalid_request", 400),
        ):
            with self.subTest(changes):
                answer = self.exchange(**{"code": code, **changes})
                self.assertError(answer, error, status)
        self.assertEqual(self.exchange(code=code).status_code, 200)

    def test_unknown_firm_and_method(self):
        url = f"{self.server.url}/f/999/oauth/token"
        self.assertEqual(self.http.post(url, timeout=10).status_code, 404)
        self.assertEqual(self.http.get(url, timeout=10).status_code, 405)


class Rotation(OAuthCase):
    def setUp(self):
        super().setUp()
        self.first = self.exchange(code=self.code()).json()

    def test_every_refresh_gives_another_pair(self):
        second = self.refresh(self.first["refresh_token"]).json()
        self.assertNotEqual(second["access_token"], self.first["access_token"])
        self.assertNotEqual(second["refresh_token"], self.first["refresh_token"])
        self.assertTrue(self.works(second["access_token"]))

    def test_old_pair_dies_at_the_first_use_of_the_new_one(self):
        second = self.refresh(self.first["refresh_token"]).json()
        self.assertTrue(self.works(self.first["access_token"]))
        self.assertTrue(self.works(second["access_token"]))
        self.assertFalse(self.works(self.first["access_token"]))
        self.assertError(self.refresh(self.first["refresh_token"]), "invalid_grant")

    def test_asked_again_before_that_it_voids_the_pair_of_the_lost_answer(self):
        lost = self.refresh(self.first["refresh_token"]).json()
        second = self.refresh(self.first["refresh_token"]).json()
        self.assertFalse(self.works(lost["access_token"]))
        self.assertError(self.refresh(lost["refresh_token"]), "invalid_grant")
        self.assertTrue(self.works(second["access_token"]))

    def test_the_other_reading_a_refresh_token_is_dead_once_used(self):
        self.sandbox.state.tokens.refresh_once = True
        self.assertEqual(self.refresh(self.first["refresh_token"]).status_code, 200)
        self.assertError(self.refresh(self.first["refresh_token"]), "invalid_grant")

    def test_access_lasts_two_hours(self):
        self.tick(seconds=7199)
        self.assertTrue(self.works(self.first["access_token"]))
        self.tick(seconds=1)
        answer = self.call("GET", "/user/firm", token=self.first["access_token"])
        self.assertRefused(answer, 401)

    def test_refresh_lasts_sixty_days(self):
        self.tick(days=60, seconds=-1)
        second = self.refresh(self.first["refresh_token"]).json()
        self.tick(days=60)
        self.assertError(self.refresh(second["refresh_token"]), "invalid_grant")

    def test_scopes_can_only_shrink(self):
        wide = self.refresh(self.first["refresh_token"], scope="administration:read")
        self.assertError(wide, "invalid_scope")
        less = self.refresh(self.first["refresh_token"], scope="webhooks").json()
        self.assertEqual(less["scope"], "webhooks")
        answer = self.call("GET", "/user/firm", token=less["access_token"])
        self.assertRefused(answer, 403, "user:firm")

    def test_firm_and_client_must_be_those_of_the_token(self):
        other = self.sandbox.add_firm("Other")
        application = self.sandbox.add_application([REDIRECT])
        token = self.first["refresh_token"]
        self.assertError(self.refresh(token, firm=other), "invalid_grant")
        stranger = self.refresh(
            token,
            client_id=application.client_id,
            client_secret=application.client_secret,
        )
        self.assertError(stranger, "invalid_grant")
        self.assertEqual(self.refresh(token).status_code, 200)

    def test_revoked_by_the_firm(self):
        self.assertEqual(self.sandbox.revoke(self.application, self.firm), 2)
        self.assertFalse(self.works(self.first["access_token"]))
        self.assertError(self.refresh(self.first["refresh_token"]), "invalid_grant")

    def test_the_clock_can_be_moved(self):
        with SandboxServer(Sandbox()) as server:
            before = self.http.post(server.url + "/_control/state", timeout=10).json()
            self.http.post(
                server.url + "/_control/clock", json={"advance": 86400}, timeout=10
            )
            after = self.http.post(server.url + "/_control/state", timeout=10).json()
        self.assertGreater(after["now"], before["now"])
        self.sandbox.advance(7200)
        self.assertFalse(self.works(self.first["access_token"]))
