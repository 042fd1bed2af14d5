"""The small parts: addresses, exact numbers, safe texts, ids."""

import time
import unittest
from datetime import date
from decimal import Decimal

from silverfin_api import Misconfigured, Upsert, check_base_url, exact_json, texts, wire


class Addresses(unittest.TestCase):
    def test_good(self):
        for given, expected in (
            ("https://live.getsilverfin.com", "https://live.getsilverfin.com"),
            (" HTTPS://Live.GetSilverfin.com/ ", "https://live.getsilverfin.com"),
            ("https://a.staging.getsilverfin.com:8443", None),
            ("http://127.0.0.1:8069", None),
            ("http://127.9.9.9", None),
            ("http://localhost:1", None),
            ("http://[::1]:1", None),
            ("https://[2001:db8::1]", None),
        ):
            with self.subTest(given=given):
                self.assertEqual(check_base_url(given), expected or given)

    def test_bad(self):
        for given in (
            "",
            " ",
            None,
            "live.getsilverfin.com",
            "//live.getsilverfin.com",
            "ftp://live.getsilverfin.com",
            "file:///etc/passwd",
            "http://live.getsilverfin.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://127.1",
            "http://[::2]",
            "http://0.0.0.0",
            "https://me:secret@live.getsilverfin.com",
            "https://@live.getsilverfin.com",
            "https://live.getsilverfin.com/f/1",
            "https://live.getsilverfin.com/?x=secret",
            "https://live.getsilverfin.com?",
            "https://live.getsilverfin.com#",
            "https://live.getsilverfin.com#secret",
            "https://live.getsilverfin.com:port",
            "https://live.getsilverfin.com:99999",
            "https://live.getsilverfin.com\\@evil",
            "https://live.getsilver\nfin.com",
            "https://live getsilverfin.com",
            "https://",
            "https://:443",
            "https://[::1",
            "https://[x]",
            "https://exämple.com",
            "https://-",
        ):
            with self.subTest(given=given):
                with self.assertRaises(Misconfigured) as caught:
                    check_base_url(given)
                self.assertNotIn("secret", caught.exception.message)
                self.assertTrue(caught.exception.message.endswith("."))


class Numbers(unittest.TestCase):
    def test_exact_both_ways(self):
        for digits in (
            "0.10",
            "121.00",
            "-0.01",
            "99999999999999999999.99",
            "0.00000001",
            "1",
        ):
            body = exact_json.dumps({"value": Decimal(digits)})
            self.assertEqual(body, b'{"value":%s}' % digits.encode())
            got = exact_json.loads(body)["value"]
            self.assertEqual(str(Decimal(got)), str(Decimal(digits)))
            self.assertNotIsInstance(got, float)

    def test_no_exponent_and_no_negative_zero(self):
        values = [Decimal("1E+3"), Decimal("-0.00"), Decimal("1e-7")]
        self.assertEqual(exact_json.dumps(values), b"[1000,0.00,0.0000001]")

    def test_texts_that_look_like_marks(self):
        for text in ("\\u00001\\u0000", '"\\u00001\\u0000"', "0001", "\\", "é€😀\x01"):
            body = exact_json.dumps({"t": text, "v": Decimal("1.5")})
            got = exact_json.loads(body)
            self.assertEqual(got, {"t": text, "v": Decimal("1.5")})

    def test_what_cannot_be_sent(self):
        for value in ("\0001\000", float("nan"), Decimal("NaN"), "\ud800"):
            with self.subTest(value=value), self.assertRaises(ValueError):
                exact_json.dumps([value])
        with self.assertRaises(TypeError):
            exact_json.dumps({1, 2})

    def test_the_error_never_quotes_the_text(self):
        for body in (b'{"token": "hidden', b"\xffhidden", b"NaN hidden"):
            with self.assertRaises(ValueError) as caught:
                exact_json.loads(body)
            error = caught.exception
            self.assertNotIn("hidden", f"{error}{vars(error)}{error.__context__}")


class Texts(unittest.TestCase):
    def test_masked_also_where_encoded_or_broken_up(self):
        secret = "a/b+c d"
        for told in (secret, "a%2Fb%2Bc%20d", "a%2Fb%2Bc+d", "a/b\x00+c d"):
            self.assertEqual(texts.tidy(f"<{told}>", [secret]), "<***>")

    def test_longer_secret_first(self):
        self.assertEqual(texts.tidy("abcdef", ["abc", "abcdef", ""]), "***")

    def test_one_short_line(self):
        self.assertEqual(texts.tidy("a\r\n\tb\u2028c\u202ed\x1b"), "a b cd")
        self.assertEqual(len(texts.tidy("x" * 10_000_000)), 300)


class Ids(unittest.TestCase):
    def test_ids(self):
        self.assertEqual(wire.transaction_id(123, 0), "123")
        self.assertEqual(wire.transaction_id(123, 2), "123/2")
        self.assertEqual(wire.transaction_id(123, -1), "opening/123")
        self.assertEqual(wire.transaction_id(-17, -1), "opening/account/17")
        self.assertEqual(wire.trial_id(123, 2), "trial/123/2")

    def test_the_same_item_under_another_id(self):
        text = '{"upsert":{"id":"7","value":10.10,"description":"“é” \\n\\u0001"}}'
        self.assertEqual(
            wire.under_id(wire.Written(text), "trial/7").text,
            text.replace('"7"', '"trial/7"'),
        )

    def test_repr_of_a_request_shows_no_content(self):
        request = wire.token_request(
            firm_id="7",
            client_id="c",
            client_secret="hidden",
            redirect_uri="r",
            code="hidden",
        )
        self.assertNotIn("hidden", repr(request))


class Speed(unittest.TestCase):
    def test_a_full_batch_is_cheap(self):
        actions = [
            Upsert(
                str(n),
                date(2026, 1, 31),
                "400000",
                Decimal(n) / 100,
                "INV/2026/0001 é",
                "Azure Interior",
                Decimal(n) / 100,
                "receivable",
                (wire.Dimension(1, "P-001", "Project"),),
                ("INV", "INV/2026/0001", None, "2026-02-28", "EUR", "121.00"),
            )
            for n in range(500)
        ]
        best = 1.0
        for _ in range(5):
            began = time.process_time()
            request = wire.submit_request(
                "7",
                "5",
                sync_point="p",
                content=wire.submit_content(
                    actions, (), ("a", "b", "c", "d", "e", "f")
                ),
            )
            self.assertGreater(len(request.body), 500 * 100)
            best = min(best, time.process_time() - began)
        self.assertLess(best, 0.05)
