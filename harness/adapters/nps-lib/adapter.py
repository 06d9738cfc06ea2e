"""The Python package nps-lib behind the adapter protocol, at depths `vectors` and `machines`.

Translates names and values and decides nothing: what nps-lib does not have is not declared, or
answered `unsupported` where it is part of something that is. One file serves every release; what
a release lacks is looked for when the adapter starts.
"""

import importlib.metadata
import json
import sys

import nps_sdk.core.cache as cache_module
from nps_sdk.core.cache import AnchorFrameCache
from nps_sdk.core.codec import NpsFrameCodec
from nps_sdk.core.exceptions import NpsAnchorNotFoundError, NpsAnchorPoisonError
from nps_sdk.core.frames import EXTENDED_MAX_PAYLOAD, EncodingTier, FrameType
from nps_sdk.core.registry import FrameRegistry
from nps_sdk.ncp.frames import AnchorFrame, FrameSchema, HelloFrame

try:
    from nps_sdk.ncp.handshake_profile import NcpHandshakeProfile, negotiate_handshake
except ImportError:
    negotiate_handshake = None


class Refused(Exception):
    """nps-lib refused; `kind` is the protocol's code, where the exception stands for one."""

    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind


class Unsupported(Exception):
    """nps-lib has nothing of that name."""


class BadRequest(Exception):
    """The request makes no sense."""


def asked(call):
    """What nps-lib answers. Whatever it raises is its refusal: not all of it is an `NpsError`."""
    try:
        return call()
    except NpsAnchorPoisonError as error:
        raise Refused("NCP-ANCHOR-ID-MISMATCH", describe(error)) from error
    except NpsAnchorNotFoundError as error:
        raise Refused("NCP-ANCHOR-NOT-FOUND", describe(error)) from error
    except Exception as error:
        # A text, and no code that a program could go by.
        raise Refused("", describe(error)) from error


def describe(error):
    words = f"{type(error).__name__}: {error}"
    cause = error.__cause__
    return words if cause is None else f"{words} ({type(cause).__name__}: {cause})"


# -- values -------------------------------------------------------------------------------------


def shown(value):
    """A value as the adapter protocol writes it. What JSON cannot hold is null or replaced."""
    if isinstance(value, (bytes, bytearray)):
        return {"$hex": bytes(value).hex()}
    if isinstance(value, dict):
        return {shown_text(name): shown(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, str):
        return shown_text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def shown_text(text):
    return str(text).encode("utf-8", "replace").decode("utf-8")


def taken(value):
    """A value of a request as nps-lib takes it."""
    if isinstance(value, list):
        return [taken(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"$hex"}:
            return bytes.fromhex(value["$hex"])
        return {name: taken(member) for name, member in value.items()}
    return value


# -- depth vectors ------------------------------------------------------------------------------

REGISTRY = FrameRegistry.create_full()
# The depth knows no limit; by itself the codec has that of the short header.
CODEC = NpsFrameCodec(REGISTRY, max_payload=EXTENDED_MAX_PAYLOAD)


def decode(request):
    data = bytes.fromhex(request["hex"])
    if request["kind"] == "structure":
        return {"fields": structure(request["what"], data)}
    header = asked(lambda: NpsFrameCodec.peek_header(data))
    frame = asked(lambda: CODEC.decode(data))
    payload = asked(frame.to_dict)
    # The header tells the type; `frame` is no member here.
    payload.pop("frame", None)
    fields = {
        "header.frame": int(header.frame_type),
        "header.flags": int(header.flags),
        "header.len": header.payload_length,
        "payload": shown(payload),
    }
    return {"fields": fields}


def structure(what, data):
    if what == "anchor_id":
        schema = asked(lambda: FrameSchema.from_dict(json.loads(data)))
        return {"anchor_id": asked(lambda: AnchorFrameCache.compute_anchor_id(schema))}
    if what == "schema":
        schema = asked(lambda: FrameSchema.from_dict(json.loads(data)))
        return {"fields": [shown(descriptor(field)) for field in schema.fields]}
    raise Unsupported(what)


def descriptor(field):
    shape = {"name": field.name, "type": field.type, "nullable": field.nullable}
    if field.semantic is not None:
        shape["semantic"] = field.semantic
    return shape


def encode(request):
    if request["kind"] != "packet":
        raise Unsupported(f"{request['kind']} {request['what']}")
    fields = request["fields"]
    # FINAL and the kind of header are nps-lib's own choice.
    frame_type = asked(lambda: FrameType(fields["header.frame"]))
    tier = asked(lambda: EncodingTier(fields["header.flags"] & 0x03))
    frame = asked(lambda: REGISTRY.resolve(frame_type).from_dict(taken(fields["payload"])))
    return {"hex": asked(lambda: CODEC.encode(frame, override_tier=tier)).hex()}


# -- depth machines -----------------------------------------------------------------------------


class Clock:
    """Stands in for the module `time` in nps_sdk.core.cache."""

    def __init__(self):
        self.now = 0

    def monotonic(self):
        return self.now / 1_000_000


CLOCK = Clock()
cache_module.time = CLOCK


class AnchorCache:
    """`AnchorFrameCache`."""

    def __init__(self, config):
        if config:
            # It has no limit.
            raise Unsupported("setup.max_anchors")
        self.cache = AnchorFrameCache()

    def apply(self, name, event):
        CLOCK.now = int(event.get("now", 0))
        if name == "anchor":
            members = {key: event[key] for key in ("anchor_id", "schema", "ttl") if key in event}
            frame = asked(lambda: AnchorFrame.from_dict(members))
            asked(lambda: self.cache.set(frame))
            return {"do": "stored", "forgotten": []}
        if name == "refer":
            return {"do": "hit" if self.holds(event) else "miss"}
        if name in ("stale", "not_found"):
            held = self.holds(event)
            asked(lambda: self.cache.invalidate(event["anchor_ref"]))
            return {"do": "forgotten" if held else "unchanged"}
        # It knows of no responses and no connections, and of an entry whether it is there.
        raise Unsupported(name)

    def state(self):
        # Its entries cannot be listed.
        return {"held": asked(lambda: len(self.cache))}

    def holds(self, event):
        return asked(lambda: self.cache.get(event["anchor_ref"])) is not None


class Negotiation:
    """`negotiate_handshake`, where a release has it."""

    def __init__(self, config):
        if config:
            raise Unsupported("config")

    def apply(self, name, event):
        if name != "decide":
            raise Unsupported(name)
        client, server = usual(event["client"]), usual(event["server"])
        if server.get("e2e_enc_algorithms"):
            # Its profile of a server has none.
            raise Unsupported("algorithms of a server")
        server.pop("e2e_enc_algorithms", None)
        for key in ("supported_encodings", "supported_protocols"):
            server[key] = tuple(server[key])
        hello = asked(lambda: HelloFrame.from_dict(client))
        profile = asked(lambda: NcpHandshakeProfile(**server))
        found = asked(lambda: negotiate_handshake(profile, hello))
        if found.error is not None:
            raise Refused(found.error, found.status or "")
        names = (
            "session_version",
            "negotiated_encoding",
            "max_frame_payload",
            "ext_support",
            "max_concurrent_streams",
            "supported_protocols",
        )
        return {name: shown(getattr(found, name)) for name in names}

    def state(self):
        return {}


def usual(hello):
    """What the page gives a side that says nothing else."""
    page = {
        "nps_version": "0.4",
        "supported_encodings": ["msgpack", "json"],
        "supported_protocols": ["ncp", "nwp"],
    }
    return {**page, **hello}


MAKERS = {"anchor_cache": AnchorCache}
if negotiate_handshake is not None:
    MAKERS["negotiation"] = Negotiation
MACHINES = []


def create(request):
    maker = MAKERS.get(request["machine"])
    if maker is None:
        raise Unsupported(f"create {request['machine']}")
    MACHINES.append(maker(request["config"]))
    return {"machine": len(MACHINES) - 1}


def apply(request):
    if len(request["event"]) != 1:
        raise BadRequest("an event is an object with one entry")
    ((name, event),) = request["event"].items()
    return {"result": machine(request).apply(name, event)}


def state(request):
    return {"state": machine(request).state()}


def machine(request):
    try:
        return MACHINES[request["machine"]]
    except IndexError:
        raise BadRequest(f"there is no machine {request['machine']}") from None


# -- the lines ----------------------------------------------------------------------------------


def hello(request):
    if request["version"] != 1 or request["protocol"] != "nps-ncp-0.4":
        raise Unsupported(f"version {request['version']} of {request['protocol']}")
    # Not `vectors.structures`: it has two of them.
    capabilities = [
        *(f"machine.{name}" for name in MAKERS),
        "vectors.body",
        "vectors.companions",
        "vectors.decode.packet",
        "vectors.decode.structure",
        "vectors.encode.packet",
    ]
    return {
        "version": 1,
        "name": "nps-lib",
        "release": importlib.metadata.version("nps-lib"),
        "roles": ["client", "server"],
        "depths": ["vectors", "machines"],
        "capabilities": capabilities,
        "clock": "virtual",
    }


OPERATIONS = {
    "hello": hello,
    "decode": decode,
    "encode": encode,
    "create": create,
    "apply": apply,
    "state": state,
}


def answer(line):
    """The reply to one line."""
    request = json.loads(line)
    reply = {"id": request["id"]}
    try:
        operation = OPERATIONS.get(request["op"])
        if operation is None:
            raise Unsupported(request["op"])
        reply["ok"] = operation(request)
    except Refused as refused:
        reply["ok"] = {"refused": {"kind": refused.kind, "detail": shown_text(refused)}}
    except Unsupported as error:
        reply["error"] = {"code": "unsupported", "message": str(error)}
    except (BadRequest, KeyError) as error:
        reply["error"] = {"code": "bad_request", "message": describe(error)}
    return reply


def main():
    for line in sys.stdin:
        print(json.dumps(answer(line), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
