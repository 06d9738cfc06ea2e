"""The adapter through the lines it is served with; run with a Python that has nps-lib."""

import json
import unittest

import adapter

PRODUCT = "sha256:5ad1967aeeddf5f9cf958935bcc427454bdb372038e560f2149e37c90204ba2c"
SCHEMA = {"fields": [{"name": "id", "type": "uint64"}]}


def reply(**request):
    line = json.dumps({"id": 1, **request})
    # What goes out has to be one line of JSON.
    return json.loads(json.dumps(adapter.answer(line), allow_nan=False))


def decoded(frame, flags, payload):
    data = bytes([frame, flags]) + len(payload).to_bytes(2, "big") + payload
    return reply(op="decode", kind="packet", what="", hex=data.hex())["ok"]


class Adapter(unittest.TestCase):
    def test_it_says_who_it_is_and_knows_its_limits(self):
        hello = reply(op="hello", version=1, protocol="nps-ncp-0.4")["ok"]
        self.assertEqual(hello["name"], "nps-lib")
        self.assertIn("vectors.companions", hello["capabilities"])
        self.assertEqual(
            "machine.negotiation" in hello["capabilities"], hello["release"] != "1.0.0a2"
        )
        other = reply(op="hello", version=1, protocol="nnrp-1-preview3")
        self.assertEqual(other["error"]["code"], "unsupported")
        self.assertEqual(reply(op="canary_1")["error"]["code"], "unsupported")

    def test_a_frame_is_what_an_application_gets_of_it(self):
        payload = b'{"frame":"0xFE","status":"NPS-CLIENT-GONE","error":"NWP-X","x":1}'
        fields = decoded(0xFE, 4, payload)["fields"]
        members = {"status": "NPS-CLIENT-GONE", "error": "NWP-X"}
        self.assertEqual(fields["payload"], members)
        self.assertEqual((fields["header.frame"], fields["header.flags"]), (0xFE, 4))
        self.assertEqual(fields["header.len"], len(payload))
        back = reply(op="encode", kind="packet", what="", fields=fields)["ok"]["hex"]
        written = b'{"status":"NPS-CLIENT-GONE","error":"NWP-X"}'
        self.assertEqual(bytes.fromhex(back), b"\xfe\x04\x00" + bytes([len(written)]) + written)

    def test_no_length_is_too_long(self):
        fields = {"header.frame": 0xFE, "header.flags": 4, "header.len": 0}
        fields["payload"] = {"status": "s", "error": "e", "message": "x" * 70_000}
        back = bytes.fromhex(reply(op="encode", kind="packet", what="", fields=fields)["ok"]["hex"])
        # Where in the header the length stands is up to nps-lib.
        self.assertEqual((back[:2], len(back) > 70_000), (b"\xfe\x84", True))

    def test_what_json_cannot_hold_still_makes_a_line(self):
        # details: {"x": NaN, "y": a byte string}; a lone surrogate as the message.
        payload = bytes.fromhex(
            "83a6737461747573a173a56572726f72a165a764657461696c7382a178cb7ff8000000000000a179c40100"
        )
        fields = decoded(0xFE, 5, payload)["fields"]
        self.assertEqual(fields["payload"]["details"], {"x": None, "y": {"$hex": "00"}})
        payload = b'{"status":"s","error":"e","message":"\\ud800"}'
        self.assertEqual(decoded(0xFE, 4, payload)["fields"]["payload"]["message"], "?")

    def test_what_is_refused_is_refused_in_its_words(self):
        refused = decoded(0x0F, 4, b"{}")["refused"]
        self.assertEqual(refused, {"kind": "", "detail": "ValueError: 15 is not a valid FrameType"})
        detail = decoded(0xFE, 4, b"{}")["refused"]["detail"]
        self.assertIn("KeyError: 'status'", detail)

    def test_schemas_are_kept_in_the_time_of_the_events(self):
        limited = reply(op="create", machine="anchor_cache", config={"limit": 1})
        self.assertEqual(limited["error"]["code"], "unsupported")
        number = reply(op="create", machine="anchor_cache", config={})["ok"]["machine"]

        def apply(**event):
            return reply(op="apply", machine=number, event=event)

        anchor = {"now": 0, "anchor_id": PRODUCT, "schema": SCHEMA, "ttl": 1}
        self.assertEqual(apply(anchor=anchor)["ok"]["result"]["do"], "stored")
        other = {"now": 1, "anchor_id": PRODUCT, "schema": {"fields": []}}
        kind = apply(anchor=other)["ok"]["refused"]["kind"]
        self.assertEqual(kind, "NCP-ANCHOR-ID-MISMATCH")
        for now, found in ((999_999, "hit"), (1_000_001, "miss")):
            refer = {"now": now, "anchor_ref": PRODUCT}
            self.assertEqual(apply(refer=refer)["ok"]["result"]["do"], found)
        state = reply(op="state", machine=number)["ok"]["state"]
        self.assertEqual(state, {"held": 0})
        self.assertEqual(apply(closed={})["error"]["code"], "unsupported")


if __name__ == "__main__":
    unittest.main()
