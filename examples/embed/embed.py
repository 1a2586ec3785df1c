#!/usr/bin/env python3
"""Decides MCP messages with compiled policies, from Python.

    embed.py libpolrt.so policy.so SERVER GRANT < messages.jsonl

Prints a JSON object for each line: the effect, the rule, the reason, what is
charged. `Policy` is what to copy; runtime/polrt.h is its manual.
"""

import ctypes
import json
import sys
import time
from ctypes import POINTER, c_char, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_void_p


class Text(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.size).decode() if self.data else ""


class Context(ctypes.Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("server", Text), ("grant", Text), ("subject", Text),
                ("roles", POINTER(Text)), ("role_count", c_size_t), ("claims", Text), ("session", Text),
                ("now", c_int64), ("marks", POINTER(Text)), ("mark_count", c_size_t), ("revision", Text)]


class Charge(ctypes.Structure):
    _fields_ = [("limit", Text), ("key", Text), ("amount", Text), ("limit_amount", Text), ("window", c_uint8),
                ("rolling", c_uint8), ("refunds", c_uint8), ("or_ask", c_uint8), ("reserved", c_uint32)]


class Mark(ctypes.Structure):
    _fields_ = [("name", Text), ("holder", Text), ("lifetime_seconds", c_int64)]


class Decision(ctypes.Structure):
    _fields_ = [("size", c_uint32), ("effect", c_uint8), ("by", c_uint8), ("reserved", c_uint16), ("code", c_int32),
                ("reserved2", c_uint32), ("room", c_void_p), ("room_size", c_size_t), ("needed", c_size_t),
                ("rule", Text), ("reason", Text), ("charges", POINTER(Charge)), ("charge_count", c_size_t),
                ("marks", POINTER(Mark)), ("mark_count", c_size_t), ("roles", POINTER(Text)),
                ("role_count", c_size_t), ("within_seconds", c_int64)]


EFFECTS = ("deny", "ask", "allow")


class Policy:
    """Compiled policies. May be asked by any number of threads."""

    def __init__(self, library, path):
        self.lib = ctypes.CDLL(library)
        self.lib.pol_open.restype = c_void_p
        self.lib.pol_open.argtypes = [c_char_p, c_void_p, c_char_p, c_size_t]
        self.lib.pol_close.argtypes = [c_void_p]
        self.lib.pol_digest.argtypes = [c_void_p, POINTER(c_char)]
        self.lib.pol_decide.restype = c_int
        self.lib.pol_decide.argtypes = [c_void_p, c_char_p, c_size_t, POINTER(Context), POINTER(Decision)]
        self.lib.pol_visible.restype = c_int
        self.lib.pol_visible.argtypes = [c_void_p, POINTER(Context), Text]
        why = ctypes.create_string_buffer(512)
        self.policy = self.lib.pol_open(path.encode(), None, why, len(why))
        if not self.policy:
            raise ValueError(why.value.decode())

    def close(self):
        self.lib.pol_close(self.policy)
        self.policy = None

    def digest(self):
        digest = ctypes.create_string_buffer(65)
        self.lib.pol_digest(self.policy, digest)
        return digest.value.decode()

    def context(self, server, grant, claims=None, now=None):
        """The texts must outlive it: it keeps them."""
        context = Context(size=ctypes.sizeof(Context))
        context.kept = []

        def text(words):
            data = words.encode()
            context.kept.append(data)
            return Text(ctypes.cast(c_char_p(data), c_void_p), len(data))
        context.server, context.grant = text(server), text(grant)
        if claims is not None:
            context.claims = text(json.dumps(claims))
        context.now = int(time.time() if now is None else now)
        return context

    def decide(self, message, context, room_size=4096):
        room = ctypes.create_string_buffer(room_size)
        decision = Decision(size=ctypes.sizeof(Decision), room=ctypes.cast(room, c_void_p), room_size=room_size)
        self.lib.pol_decide(self.policy, message, len(message), context, decision)
        if decision.needed > room_size:
            return self.decide(message, context, decision.needed)
        charges = [{"limit": str(c.limit), "amount": str(c.amount), "of": str(c.limit_amount)}
                   for c in decision.charges[:decision.charge_count]]
        return {"decision": EFFECTS[decision.effect], "rule": str(decision.rule), "reason": str(decision.reason),
                "charges": charges}

    def visible(self, context, tool):
        data = tool.encode()
        return self.lib.pol_visible(self.policy, context, Text(ctypes.cast(c_char_p(data), c_void_p), len(data))) == 1


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: embed.py libpolrt.so policy.so SERVER GRANT < messages")
    library, path, server, grant = sys.argv[1:]
    try:
        policy = Policy(library, path)
    except ValueError as error:
        sys.exit(f"embed.py: {error}")
    context = policy.context(server, grant)
    for line in sys.stdin.buffer:
        print(json.dumps(policy.decide(line.rstrip(b"\n"), context)))
    policy.close()


if __name__ == "__main__":
    main()
